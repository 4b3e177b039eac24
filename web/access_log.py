"""gunicorn's logs as structured events: one line a request, without its query string."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from shared.logging import get_logger

_QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


class AccessLog(Logger):
    """Sends what gunicorn says to the platform's own logging."""

    def setup(self, cfg: Any) -> None:
        """Let records rise to the root logger, which ``configure_logging`` set up."""
        self.cfg = cfg
        for logger in (self.error_log, self.access_log):
            logger.propagate = True
            logger.handlers.clear()
        self._requests = get_logger("web.access")

    def access(self, resp: Any, _req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log one request. Only the path: a query string may hold a sign-in token."""
        path = environ.get("PATH_INFO", "")
        if path in _QUIET_PATHS and resp.status_code < 400:
            return
        sent = dict(resp.headers)
        self._requests.info(
            "request",
            method=environ.get("REQUEST_METHOD"),
            path=path,
            status=resp.status_code,
            sent_bytes=resp.sent,
            milliseconds=round(request_time / timedelta(milliseconds=1), 1),
            address=environ.get("REMOTE_ADDR"),
            request_id=sent.get("X-Request-Id"),
        )
