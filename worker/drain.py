"""How the parent process tells its child to stop: a file, since the two share neither memory nor signals."""

from __future__ import annotations

import os
import time
from pathlib import Path

ENVIRONMENT_VARIABLE = "BOTTEGA_DRAIN_FILE"


class Drain:
    """Whether this worker is to stop, and since when. ``path`` is the file whose presence says so."""

    def __init__(self, path: Path | None, patience_seconds: float) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._since: float | None = None

    @classmethod
    def from_environment(cls, patience_seconds: float) -> Drain:
        """The drain that the parent announced in the environment."""
        named = os.environ.get(ENVIRONMENT_VARIABLE)
        return cls(Path(named) if named else None, patience_seconds)

    def begun(self) -> bool:
        """Whether to claim nothing more."""
        if self._since is None and self._path is not None and self._path.exists():
            self._since = time.monotonic()
        return self._since is not None

    def overdue(self) -> bool:
        """Whether to give back, at the next step, even what has begun."""
        return self.begun() and time.monotonic() - (self._since or 0) > self._patience_seconds
