"""How long each part took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Phases:
    """Seconds by phase, in order, each said when it is over."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._say = say

    def add(self, name: str, seconds: float) -> None:
        """Record a phase that was measured elsewhere."""
        self.seconds[name] = round(seconds, 3)
        self._say(f"{name:<16} {seconds:6.1f} s")

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a block."""
        began = time.monotonic()
        yield
        self.add(name, time.monotonic() - began)

    @property
    def total(self) -> float:
        """All phases together, in seconds."""
        return round(sum(self.seconds.values()), 3)
