"""A way to the object store on which uploads go wrong as they are told to."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_SLOW_DOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>'
)
_NO_SPACE = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>Full.</Message></Error>'
_DRIP_SECONDS = 0.04


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Upload = Callable[["Exchange"], None]
"""What happens to a PUT."""


class Exchange:
    """One request on its way to the store."""

    def __init__(self, handler: BaseHTTPRequestHandler, target: tuple[str, int], body: bytes) -> None:
        self.handler = handler
        self.target = target
        self.body = body
        self.headers = {name: value for name, value in handler.headers.items() if name.lower() != "expect"}

    @property
    def path(self) -> str:
        """The object's path."""
        return self.handler.path

    def ask(self) -> Answer:
        """The store's own answer to the whole request."""
        connection = http.client.HTTPConnection(*self.target, timeout=30)
        try:
            self._head(connection)
            connection.send(self.body)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def begin(self, size: int) -> None:
        """Send the store the head and ``size`` bytes of the body, and hang up."""
        connection = http.client.HTTPConnection(*self.target, timeout=30)
        try:
            self._head(connection)
            connection.send(self.body[:size])
        finally:
            connection.close()

    def _head(self, connection: http.client.HTTPConnection) -> None:
        connection.putrequest(self.handler.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders()

    def reply(self, answer: Answer) -> None:
        """Pass an answer on."""
        self.handler.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.handler.send_header(name, value)
        length = answer.headers.get("Content-Length") if self.handler.command == "HEAD" else str(len(answer.body))
        if length is not None:
            self.handler.send_header("Content-Length", length)
        self.handler.end_headers()
        self.handler.wfile.write(answer.body)

    def hang_up(self) -> None:
        """Close the caller's connection without another word."""
        self.handler.wfile.flush()
        self.handler.close_connection = True
        self.handler.connection.shutdown(socket.SHUT_RDWR)


def as_it_is(exchange: Exchange) -> None:
    """Upload as if nothing stood between."""
    exchange.reply(exchange.ask())


def refused(exchange: Exchange) -> None:
    """503, as an overloaded store says it."""
    exchange.reply(Answer(503, {"Content-Type": "application/xml"}, _SLOW_DOWN))


def full(exchange: Exchange) -> None:
    """500, as a store says it whose own disk is full."""
    exchange.reply(Answer(500, {"Content-Type": "application/xml"}, _NO_SPACE))


def slow(exchange: Exchange) -> None:
    """The answer comes late, and its head drips."""
    answer = exchange.ask()
    for byte in b"HTTP/1.1 %d OK\r\n" % answer.status:
        exchange.handler.wfile.write(bytes([byte]))
        time.sleep(_DRIP_SECONDS)
    for name, value in answer.headers.items():
        exchange.handler.wfile.write(f"{name}: {value}\r\n".encode())
    exchange.handler.wfile.write(b"\r\n" + answer.body)


def half_closed(exchange: Exchange) -> None:
    """The store takes the file, and the answer ends in the middle of its head."""
    answer = exchange.ask()
    exchange.handler.wfile.write(b"HTTP/1.1 %d O" % answer.status)
    exchange.hang_up()


def truncated(exchange: Exchange) -> None:
    """Half of the file reaches the store; then the line is dead on both sides."""
    exchange.begin(len(exchange.body) // 2)
    exchange.hang_up()


def pretended(exchange: Exchange) -> None:
    """200 for a file of which the store has nothing."""
    exchange.reply(Answer(200, {}, b""))


class StoreProxy:
    """A local port that leads to the store. ``upload`` says what happens to PUTs; all else passes as it is."""

    def __init__(self) -> None:
        self.upload: Upload = as_it_is
        self.uploads = 0
        """PUTs that were treated by an ``upload`` other than ``as_it_is``."""
        self._target: tuple[str, int] = ("127.0.0.1", 0)
        self._counting = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_PUT(self) -> None:
                proxy._put(self)

            def do_GET(self) -> None:
                proxy._pass(self)

            def do_HEAD(self) -> None:
                proxy._pass(self)

            def do_POST(self) -> None:
                proxy._pass(self)

            def do_DELETE(self) -> None:
                proxy._pass(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_: object) -> None:
                """Say nothing of a line that was cut on purpose."""

        self._server = Server(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def aim(self, host: str, port: int) -> None:
        """Where the store is. Requests are taken from now on."""
        self._target = (host, port)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Take no more requests."""
        self._server.shutdown()
        self._server.server_close()

    def _put(self, handler: BaseHTTPRequestHandler) -> None:
        upload = self.upload
        if upload is not as_it_is:
            with self._counting:
                self.uploads += 1
        upload(self._exchange(handler))

    def _pass(self, handler: BaseHTTPRequestHandler) -> None:
        as_it_is(self._exchange(handler))

    def _exchange(self, handler: BaseHTTPRequestHandler) -> Exchange:
        return Exchange(handler, self._target, handler.rfile.read(int(handler.headers.get("Content-Length") or 0)))
