"""One measured figure beside its goal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in its unit, and the bound it is to stay under."""

    suite: str
    name: str
    value: float
    unit: str
    at_most: float

    @property
    def holds(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.at_most
