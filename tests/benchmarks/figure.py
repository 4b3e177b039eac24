"""One measured figure beside its goal."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

_HOLDS: dict[str, Callable[[float, float], bool]] = {"≤": operator.le, "≥": operator.ge}


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound, and the side of it that is wanted."""

    side: Literal["≤", "≥"]
    bound: float

    def is_met_by(self, value: float) -> bool:
        """Whether the value lies on the wanted side, or on the bound."""
        return _HOLDS[self.side](value, self.bound)

    def __str__(self) -> str:
        return f"{self.side} {self.bound:g}"


def at_most(bound: float) -> Goal:
    """Small is good."""
    return Goal("≤", bound)


def at_least(bound: float) -> Goal:
    """Large is good."""
    return Goal("≥", bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in its unit. One without a goal is for the record; ``rounds`` are what ``value`` is the median of."""

    suite: str
    name: str
    value: float
    unit: str = ""
    goal: Goal | None = None
    rounds: Sequence[float] = field(default=())

    @classmethod
    def median(cls, suite: str, name: str, rounds: Sequence[float], unit: str = "", goal: Goal | None = None) -> Figure:
        """The middle of several rounds."""
        return cls(suite, name, statistics.median(rounds), unit, goal, tuple(rounds))

    @property
    def holds(self) -> bool:
        """Whether the goal is met; one without a goal cannot miss it."""
        return self.goal is None or self.goal.is_met_by(self.value)

    @property
    def verdict(self) -> str:
        """As a table says it."""
        if self.goal is None:
            return ""
        return "held" if self.holds else "MISSED"

    def text(self) -> str:
        """The value and, after several rounds, the smallest and the largest."""
        shown = f"{_short(self.value)} {self.unit}".strip()
        if len(self.rounds) < 2:
            return shown
        return f"{shown} ({_short(min(self.rounds))} to {_short(max(self.rounds))})"


def _short(value: float) -> str:
    """Three digits that count, never in powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
