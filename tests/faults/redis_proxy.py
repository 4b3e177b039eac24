"""A way to Redis on which one command can be kept back."""

from __future__ import annotations

import threading

from tests.faults.tcp_proxy import TcpProxy

_LONGEST_SECONDS = 30.0


class RedisProxy(TcpProxy):
    """Commands that name a certain key are kept back from ``hold`` to ``release``, and never arrive."""

    def __init__(self) -> None:
        super().__init__(lambda: self)
        self._key: bytes | None = None
        self._released = threading.Event()
        self.holds = threading.Event()
        """Set when a command waits."""

    def hold(self, key: str) -> None:
        """Keep back what names this key."""
        self.holds.clear()
        self._released.clear()
        self._key = key.encode()

    def release(self) -> None:
        """Pass on what comes from now on."""
        self._key = None
        self._released.set()

    def asked(self, chunk: bytes) -> None:
        """See ``Listener``."""
        if self._key is not None and self._key in chunk:
            self.holds.set()
            self._released.wait(_LONGEST_SECONDS)
            raise ConnectionAbortedError

    def answered(self, chunk: bytes) -> bool:
        """See ``Listener``."""
        return True
