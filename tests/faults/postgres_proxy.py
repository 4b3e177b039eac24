"""A way to Postgres that can lose the answer to one COMMIT.

It follows the frontend messages of the protocol, version 3 (PostgreSQL documentation, 54.7), as far as it takes to know
which statements a transaction has made.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.faults.tcp_proxy import TcpProxy

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


class PostgresProxy(TcpProxy):
    """``lose_commit`` makes it cut one session instead of passing the answer to a COMMIT on."""

    def __init__(self) -> None:
        super().__init__(lambda: _Session(self))
        self._wanted: bytes | None = None
        self._lock = threading.Lock()
        self.lost = threading.Event()
        """Set when an answer was lost, after ``lose_commit``."""

    def lose_commit(self, statement: str) -> None:
        """Cut the next session that commits a transaction in which this text stood in a statement, once it has."""
        self.lost.clear()
        with self._lock:
            self._wanted = statement.encode()

    def takes(self, queries: Sequence[bytes]) -> bool:
        """Whether the answer to the COMMIT after these is the one to lose. It is asked for once."""
        with self._lock:
            wanted = self._wanted
            if wanted is None or not any(wanted in query for query in queries):
                return False
            self._wanted = None
            return True


class _Session:
    """Listens in on one session."""

    def __init__(self, proxy: PostgresProxy) -> None:
        self._proxy = proxy
        self._said = _Statements()
        self._cut = False

    def asked(self, chunk: bytes) -> None:
        if self._said.follow(chunk) and self._proxy.takes(self._said.in_transaction):
            self._cut = True

    def answered(self, chunk: bytes) -> bool:
        if self._cut:
            self._proxy.lost.set()
        return not self._cut
