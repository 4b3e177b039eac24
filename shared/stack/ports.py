"""Loopback ports: free ones, and the same ones again after a restart."""

from __future__ import annotations

import json
import random
import socket
import threading
from collections.abc import Callable
from pathlib import Path

from shared.errors import StackRefused
from shared.stack.private_file import write_private

_LOWEST, _HIGHEST = 12_000, 21_999
"""Below the ephemeral ranges of Linux and macOS, so that no outgoing connection takes one; 10,000 more is free too."""
_TRIES = 500


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Ports:
    """Ports by name, remembered in a file.

    Until ``freeze``, settling replaces a remembered port that somebody else took. After it ports no longer change,
    because running processes were told them.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._frozen = threading.Event()
        self._by_name: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}

    def __getitem__(self, name: str) -> int:
        """The port settled for ``name``. Raises ``KeyError``."""
        return self._by_name[name]

    def all(self) -> dict[str, int]:
        """Every port by name."""
        return dict(self._by_name)

    def freeze(self) -> None:
        """From now on ``settle`` answers what it answered before."""
        self._frozen.set()

    def claim(self, name: str, port: int) -> int:
        """Give ``name`` this very port; whatever else remembered it gets another. Raises ``StackRefused``."""
        if not is_free(port):
            raise StackRefused(f"Port {port} is in use on this machine; choose another for the {name}.")
        with self._lock:
            others = {other: taken for other, taken in self._by_name.items() if taken != port}
            self._remember({**others, name: port})
        return port

    def settle(self, name: str, *, preferred: int | None = None, usable: Callable[[int], bool] = is_free) -> int:
        """Choose a port right before it is listened on: the remembered one, else ``preferred``, else any.

        Raises:
            StackRefused: none was usable.
        """
        with self._lock:
            remembered = self._by_name.get(name)
            if remembered is not None and (self._frozen.is_set() or usable(remembered)):
                return remembered
            candidates = [preferred] if preferred is not None else []
            candidates += random.sample(range(_LOWEST, _HIGHEST + 1), _TRIES)
            others = set(self._by_name.values())
            for port in candidates:
                if port not in others and usable(port):
                    self._remember({**self._by_name, name: port})
                    return port
        raise StackRefused(f"No free loopback port was found for {name}.")

    def _remember(self, by_name: dict[str, int]) -> None:
        self._by_name = by_name
        write_private(self._file, json.dumps(by_name, indent=1))
