"""A real HTTP server that answers as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it arrived. Header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Answer:
    """What to reply. ``hang_up`` closes the connection before any reply, ``truncate`` in the middle of the body."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    truncate: bool = False


Respond = Callable[[Received], Answer]


class ScriptedServer:
    """Answers by ``respond``, which a test sets, and keeps what it received."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.respond: Respond = lambda _: Answer(404)
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _reply(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Received(self.command, self.path, headers, json.loads(raw) if raw else None)
                server.received.append(request)
                answer = server.respond(request)
                self.close_connection = answer.hang_up or answer.truncate
                if answer.hang_up:
                    return
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if answer.truncate else body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _reply  # noqa: N815 - the names that http.server calls

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def answer(self, *answers: Answer) -> None:
        """Give these answers in turn, the last one for ever."""
        left = list(answers)
        self.respond = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


def job_document(**changes: Any) -> dict[str, Any]:
    """A job as the API answers it: running unless told otherwise."""
    return {
        "id": "0193-job",
        "model": "starter/backdrops",
        "state": "running",
        "priority": "normal",
        "labels": {},
        "run_after": "2026-11-23T10:00:00.000Z",
        "expires_at": None,
        "on_dependency_failure": "fail",
        "reused_from": None,
        "attempts": 1,
        "error": None,
        "input": {"prompt": "a beach", "seed": 7},
        "cancel_requested_at": None,
        "created_at": "2026-11-23T10:00:00.000Z",
        "started_at": "2026-11-23T10:00:01.000Z",
        "finished_at": None,
        "artifacts": [],
        "urls": {"self": "/self", "events": "/events", "cancel": "/cancel", "web": "/jobs/0193-job"},
        **changes,
    }
