"""A webhook receiver on loopback that answers as it is told and remembers what it got."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True, slots=True)
class Received:
    """One request. Header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def verified_by(self, secret: str) -> dict[str, object]:
        """The content, when the PyPI library accepts the signature."""
        content = Webhook(secret).verify(self.body, dict(self.headers))
        assert isinstance(content, dict)
        return content


Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """Answers every request by ``answer``, under TLS where it is given a context for that."""

    answer: Answering
    tls: ssl.SSLContext | None = None
    connections: int = 0
    """Accepted, whether a request followed or not."""
    received: list[Received] = field(default_factory=list)
    most_at_once: int = 0
    """Requests, ever."""
    _at_once: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._handle(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def verify_request(self, *arguments: object) -> bool:
                receiver.connections += 1
                return True

            def handle_error(self, *arguments: object) -> None:
                """Say nothing of senders that hang up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def wait_for(self, count: int, seconds: float = 10) -> list[Received]:
        """What came, once there are ``count`` requests."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, seconds), f"{len(self.received)} came"
            return list(self.received)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._changed:
            self.received.append(Received(handler.path, headers, body))
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._changed.notify_all()
        try:
            self.answer(handler)
        except OSError:
            pass  # The sender hung up first.
        finally:
            with self._changed:
                self._at_once -= 1


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answering:
    """Answer with a status."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def in_turn(*answers: Answering) -> Answering:
    """Answer each request by the next one; the last stays."""
    left = list(answers)
    lock = threading.Lock()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            chosen = left.pop(0) if len(left) > 1 else left[0]
        chosen(handler)

    return answer


def silence(until: threading.Event) -> Answering:
    """Answer nothing before ``until`` is set."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        until.wait(60)
        status(200)(handler)

    return answer


def drip(until: threading.Event) -> Answering:
    """Send a header byte every 50 ms, so that no single read ever waits long."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not until.is_set():
            handler.wfile.write(b"a")
            time.sleep(0.05)

    return answer
