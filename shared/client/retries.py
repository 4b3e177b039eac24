"""When a request is sent again, and after what pause."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

RETRIED_STATUSES = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0


class Retries:
    """The pauses of one call: doubling, with jitter, until ``patience`` seconds are over."""

    def __init__(self, patience: float) -> None:
        self._until = time.monotonic() + patience
        self._pause = FIRST_PAUSE

    def pause(self, retry_after: float = 0.0) -> bool:
        """Sleep before the next try, ``retry_after`` seconds at least. False, at once, when that would be too late."""
        # Jitter below the pause, so that clients thrown off together do not come back together.
        seconds = max(self._pause * random.uniform(0.5, 1.0), retry_after)
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if time.monotonic() + seconds > self._until:
            return False
        time.sleep(seconds)
        return True


def retry_after(value: str | None) -> float:
    """The seconds that a ``Retry-After`` header (RFC 9110, section 10.2.3) asks to wait; 0 where it asks nothing."""
    if not value:
        return 0.0
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
