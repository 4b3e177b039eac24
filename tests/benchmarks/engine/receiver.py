"""A customer's server that takes webhooks and notes which jobs have succeeded."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Receiver:
    """Listens on a local port while its block runs."""

    def __init__(self) -> None:
        self._arrivals: dict[str, float] = {}
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._note))
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def all_arrived(self, jobs: int, seconds: float) -> float:
        """When the last of so many jobs' success was told, on the performance counter's clock.

        Raises ``AssertionError`` when fewer are told of within the time.
        """
        with self._changed:
            complete = self._changed.wait_for(lambda: len(self._arrivals) >= jobs, timeout=seconds)
            assert complete, f"{len(self._arrivals)} of {jobs} webhooks arrived within {seconds:.0f} s"
            return max(self._arrivals.values())

    def forget(self) -> None:
        """Begin to count anew."""
        with self._changed:
            self._arrivals.clear()

    def _note(self, body: bytes) -> None:
        message = json.loads(body)
        if message["type"] != "job.succeeded":
            return
        with self._changed:
            self._arrivals.setdefault(message["data"]["id"], time.perf_counter())
            self._changed.notify_all()


def _handler(note: Callable[[bytes], None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            note(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
