"""One moment by which a whole exchange must be over, however slowly its parts come."""

from __future__ import annotations

import time


class DeadlinePassed(Exception):
    """The time for the exchange is used up."""


class Deadline:
    """A moment ``seconds`` from now, on the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, above 0 and ``at_most`` so many. Raises ``DeadlinePassed``."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise DeadlinePassed
        return seconds if at_most is None else min(seconds, at_most)
