"""What the HTTP layer itself refuses: causes that nothing behind it knows."""

from __future__ import annotations

from shared.errors import BottegaError


class MalformedJson(BottegaError):
    """The body is not JSON."""

    code = "malformed_json"


class RateLimited(BottegaError):
    """Too many requests."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        self.retry_after = retry_after
        """Seconds."""
        super().__init__(message)


class RateLimitUnknown(BottegaError):
    """Sign-in is closed for a moment, because attempts cannot be counted."""

    code = "rate_limit_unknown"
    retryable = True


class FormExpired(BottegaError):
    """This form is too old, or it came from another site. Load it again and send it once more."""

    code = "form_expired"
