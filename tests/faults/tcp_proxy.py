"""A local port that leads to a server, with somebody who listens in on every connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Protocol

_CHUNK = 65_536


class Listener(Protocol):
    """What one connection's traffic is shown to. Both methods may take their time."""

    def asked(self, chunk: bytes) -> None:
        """The caller said this; it is passed on when the method returns, and lost when it raises ``OSError``."""

    def answered(self, chunk: bytes) -> bool:
        """The server said this; whether to pass it on. If not, the connection is cut."""


class TcpProxy:
    """``listen`` makes a listener for each connection."""

    def __init__(self, listen: Callable[[], Listener]) -> None:
        self._listen = listen
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self._target: tuple[str, int] = ("127.0.0.1", 0)

    def aim(self, host: str, port: int) -> None:
        """Where the server is. Connections are taken from now on."""
        self._target = (host, port)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            caller.close()
            return
        server.settimeout(None)
        for end in (caller, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener = self._listen()
        threading.Thread(target=_ask, args=(caller, server, listener), daemon=True).start()
        _answer(server, caller, listener)


def _ask(caller: socket.socket, server: socket.socket, listener: Listener) -> None:
    with contextlib.suppress(OSError):
        while chunk := caller.recv(_CHUNK):
            listener.asked(chunk)
            server.sendall(chunk)
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_WR)


def _answer(server: socket.socket, caller: socket.socket, listener: Listener) -> None:
    with contextlib.suppress(OSError):
        while chunk := server.recv(_CHUNK):
            if not listener.answered(chunk):
                break
            caller.sendall(chunk)
    for end in (caller, server):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
