"""A way to Postgres that can lose the answer to one COMMIT.

It follows the frontend messages of the protocol, version 3 (PostgreSQL documentation, 54.7), as far as it takes to know
which statements a transaction has made.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

_CHUNK = 65_536
_SSL_OR_GSS = (80877103, 80877104)


@dataclass
class _Statements:
    """What one session has said so far."""

    rest: bytes = b""
    started: bool = False
    named: dict[bytes, bytes] = field(default_factory=dict)
    in_transaction: list[bytes] = field(default_factory=list)

    def follow(self, chunk: bytes) -> bool:
        """Read on; whether the chunk ends with a COMMIT."""
        self.rest += chunk
        commits = False
        for kind, body in self._messages():
            if kind == b"Q":
                commits = self._say(body.rstrip(b"\0"))
            elif kind == b"P":
                name, query = body.split(b"\0")[:2]
                self.named[name] = query
            elif kind == b"B":
                commits = self._say(self.named.get(body.split(b"\0")[1], b""))
        return commits

    def _say(self, query: bytes) -> bool:
        if query.upper().startswith(b"BEGIN"):
            self.in_transaction = []
        self.in_transaction.append(query)
        return query.upper().startswith(b"COMMIT")

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            head = 1 if self.started else 0
            if len(self.rest) < head + 4:
                return
            (length,) = struct.unpack_from("!i", self.rest, head)
            if len(self.rest) < head + length:
                return
            kind, body = self.rest[:head], self.rest[head + 4 : head + length]
            self.rest = self.rest[head + length :]
            if self.started:
                yield kind, body
            elif struct.unpack_from("!i", body)[0] not in _SSL_OR_GSS:
                self.started = True


class PostgresProxy:
    """A local port that leads to Postgres. ``lose_commit`` makes it cut one session instead of passing an answer on."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._target: tuple[str, int] = ("127.0.0.1", 0)
        self._wanted: bytes | None = None
        self._lock = threading.Lock()
        self.lost = threading.Event()
        """Set when an answer was lost, after ``lose_commit``."""

    def aim(self, host: str, port: int) -> None:
        """Where Postgres is. Connections are taken from now on."""
        self._target = (host, port)
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_commit(self, statement: str) -> None:
        """Cut the next session that commits a transaction in which this text stood in a statement, once it has."""
        self.lost.clear()
        with self._lock:
            self._wanted = statement.encode()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            caller.close()
            return
        server.settimeout(None)
        cut = threading.Event()
        threading.Thread(target=self._to_server, args=(caller, server, cut), daemon=True).start()
        self._to_caller(server, caller, cut)

    def _to_server(self, caller: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        said = _Statements()
        with contextlib.suppress(OSError):
            while chunk := caller.recv(_CHUNK):
                if said.follow(chunk) and self._takes(said):
                    cut.set()
                server.sendall(chunk)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _takes(self, said: _Statements) -> bool:
        with self._lock:
            wanted = self._wanted
            if wanted is None or not any(wanted in query for query in said.in_transaction):
                return False
            self._wanted = None
            return True

    def _to_caller(self, server: socket.socket, caller: socket.socket, cut: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(_CHUNK):
                if cut.is_set():
                    self.lost.set()
                    break
                caller.sendall(chunk)
        for end in (caller, server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
