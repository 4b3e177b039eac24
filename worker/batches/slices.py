"""How long one piece of work on a batch may last."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slice:
    """A span of time that work is looked at between chunks."""

    ends_at: float
    """On the monotonic clock."""
    stopping: Callable[[], bool]
    """Whether the process is to stop."""
    lease_seconds: float

    def is_over(self) -> bool:
        """Whether to let go now."""
        return time.monotonic() >= self.ends_at or self.stopping()
