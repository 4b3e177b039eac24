"""How the parent process tells its child to stop: a file, since the two share neither memory nor signals."""

from __future__ import annotations

import os
import time
from pathlib import Path

_LOOK_SECONDS = 0.05
"""A fast model asks a thousand times a second, and each look is a call of the kernel."""
ENVIRONMENT_VARIABLE = "BOTTEGA_DRAIN_FILE"


class Drain:
    """Whether this worker is to stop, and since when. ``path`` is the file whose presence says so."""

    def __init__(self, path: Path | None, patience_seconds: float) -> None:
        self._path = path
        self._patience_seconds = patience_seconds
        self._since: float | None = None
        self._looked_at = float("-inf")

    @classmethod
    def from_environment(cls, patience_seconds: float) -> Drain:
        """The drain that the parent announced in the environment."""
        named = os.environ.get(ENVIRONMENT_VARIABLE)
        return cls(Path(named) if named else None, patience_seconds)

    def begun(self) -> bool:
        """Whether to claim nothing more."""
        if self._since is None and self._path is not None:
            self._looked_at = time.monotonic()
            if self._path.exists():
                self._since = self._looked_at
        return self._since is not None

    def overdue(self) -> bool:
        """Whether to give back, at the next step, even what has begun."""
        if self._since is None and time.monotonic() - self._looked_at < _LOOK_SECONDS:
            return False
        return self.begun() and time.monotonic() - (self._since or 0) > self._patience_seconds
