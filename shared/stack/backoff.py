"""How long to wait before a process that died is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Doubles from ``first`` to ``longest`` seconds; starts over after a run of at least ``steady_after`` seconds."""

    first: float = 0.25
    longest: float = 15.0
    steady_after: float = 30.0
    deaths: int = 0

    def after_run_of(self, seconds: float) -> float:
        """The seconds to wait after a run that lasted ``seconds``."""
        self.deaths = 1 if seconds >= self.steady_after else self.deaths + 1
        # The exponent is bounded because 2.0 ** 1024 overflows.
        return min(self.longest, self.first * 2.0 ** min(self.deaths - 1, 32))
