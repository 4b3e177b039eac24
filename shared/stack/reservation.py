"""A port that is spoken for before anything listens on it."""

from __future__ import annotations

import fcntl
import os
import tempfile
from pathlib import Path

from shared.stack.ports import is_free


class PortReservation:
    """Keeps other stacks of this user from choosing the same port in the seconds until a program listens on it.

    A courtesy among stacks: a locked file, which goes with the process. Whoever does not ask can take the port still.
    """

    def __init__(self) -> None:
        self._held: tuple[int, Path] | None = None

    def take(self, port: int) -> bool:
        """Speak for a port, in place of one before; returns whether it is free and nobody else has."""
        self.release()
        if not is_free(port):
            return False
        path = Path(tempfile.gettempdir()) / f"bottega-{os.getuid()}-port-{port}.lock"
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._held = descriptor, path
        return True

    def release(self) -> None:
        """Let others have it."""
        if self._held is None:
            return
        descriptor, path = self._held
        self._held = None
        path.unlink(missing_ok=True)
        os.close(descriptor)
