"""The stack's data folder, and the lock that lets one stack at a time use it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

from shared.errors import StackRefused
from shared.stack.errors import HomeInUse

_LOCK = "stack.lock"
_LOCK_SECONDS = 0.25
"""Long enough to outlast ``is_locked`` in another process, which takes the lock for a moment."""


class Home:
    """A folder that holds all a stack keeps: data, logs, ports, passwords. Made when missing."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).expanduser().absolute()
        self._lock: int | None = None

    @property
    def credentials_file(self) -> Path:
        """Passwords and keys."""
        return self.path / "credentials.json"

    @property
    def ports_file(self) -> Path:
        """The ports used last."""
        return self.path / "ports.json"

    @property
    def stack_file(self) -> Path:
        """What runs now; absent when nothing does."""
        return self.path / "stack.json"

    @property
    def environment_file(self) -> Path:
        """The variables the platform's processes run with, for a shell to read."""
        return self.path / "stack.env"

    def data(self, server: str) -> Path:
        """The folder of one server's data."""
        return self._folder("data") / server

    def log(self, name: str) -> Path:
        """The log file of one process."""
        return self._folder("logs") / f"{name}.log"

    def ready_file(self, name: str) -> Path:
        """The file that one process creates when it is ready."""
        return self._folder("run") / f"{name}.ready"

    def emptied_metrics_folder(self) -> Path:
        """The folder in which processes count, with nothing of an earlier run in it."""
        folder = self._folder("metrics")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def lock(self) -> None:
        """Take the folder for this process, until ``unlock`` or its death.

        Raises:
            HomeInUse: another stack runs in it.
            StackRefused: it cannot be made or written to.
        """
        try:
            self._create()
            descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StackRefused(f"{self.path} cannot hold a stack: {error.strerror}.") from error
        # The kernel drops this lock with the process, so that a kill -9 leaves none behind.
        if not _lock_within(_LOCK_SECONDS, descriptor):
            holder = _read_holder(descriptor)
            os.close(descriptor)
            raise HomeInUse(self.path, holder.get("pid"), holder.get("address"))
        self._lock = descriptor
        self.announce(None)

    def announce(self, address: str | None) -> None:
        """Write down who holds the lock and where it serves, for whoever is refused."""
        assert self._lock is not None
        text = json.dumps({"pid": os.getpid(), "address": address}).encode()
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, text, 0)

    def unlock(self) -> None:
        """Give the folder back. Does nothing when this process does not hold it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_locked(self) -> bool:
        """Whether a stack, of this process or another, runs in this folder."""
        try:
            descriptor = os.open(self.path / _LOCK, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            return not _lock_within(0, descriptor)
        finally:
            os.close(descriptor)

    def _create(self) -> None:
        # As root, Postgres runs as another user, who has to pass through these folders to its data.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(mode)
        for name in ("data", "logs", "run"):
            folder = self._folder(name)
            if not folder.exists():
                folder.mkdir()
                folder.chmod(mode)

    def _folder(self, name: str) -> Path:
        return self.path / name


def _lock_within(seconds: float, descriptor: int) -> bool:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _read_holder(descriptor: int) -> dict[str, Any]:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
    except ValueError:
        # Another process took the lock this moment and has not written its name yet.
        return {}
    return holder if isinstance(holder, dict) else {}
