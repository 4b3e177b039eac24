"""``GET /metrics`` for a process that has no web server: one thread, one page."""

from __future__ import annotations

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from shared.config import Settings
from shared.errors import BottegaError
from shared.logging import get_logger
from shared.metrics.admission import may_scrape
from shared.metrics.exposition import exposition

log = get_logger(__name__)


class MetricsAddressRefused(BottegaError):
    """The address for metrics cannot be used."""

    code = "metrics_address_refused"


def serve_metrics(settings: Settings) -> ThreadingHTTPServer | None:
    """Answer scrapes at ``metrics_bind`` from a thread; nothing where it is left out.

    Raises ``MetricsAddressRefused``.
    """
    if not settings.metrics_bind:
        return None
    host, _, port = settings.metrics_bind.rpartition(":")
    try:
        server = _Server((host.strip("[]") or "127.0.0.1", int(port)), _handler(settings))
    except (OSError, ValueError, OverflowError) as error:
        raise MetricsAddressRefused(f"Metrics cannot be served at {settings.metrics_bind}: {error}") from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    log.info("serving_metrics", address=settings.metrics_bind)
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def _handler(settings: Settings) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/metrics":
                self._answer(HTTPStatus.NOT_FOUND, b"There is only /metrics here.\n")
            elif not may_scrape(settings, self.client_address[0], self.headers.get):
                self._answer(HTTPStatus.UNAUTHORIZED, b"Send the metrics token: 'Authorization: Bearer <token>'.\n")
            else:
                self._answer(HTTPStatus.OK, *exposition(self.headers.get("Accept", "")))

        def log_message(self, *_: object) -> None:
            """A scrape every few seconds is not worth a line."""

        def _answer(self, status: HTTPStatus, body: bytes, content_type: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
