"""One row of the fault matrix, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.faults.scene import Scene


class NotInjected(Exception):
    """The fault did not happen, so nothing is known: the row does not hold."""


class CannotInject(Exception):
    """This machine does not allow the fault. Neither held nor broken; the reason is in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """``inject`` makes the fault happen under load and checks what is special to it; the oracle comes after."""

    number: int
    title: str
    how: str
    """What is injected."""
    bound_seconds: float
    """From the moment the fault is over until everything accepted has ended and been announced."""
    inject: Callable[[Scene], None]
    quick: bool = True
    """Whether it is part of the short mix of every test run."""


class Outcome(StrEnum):
    """How a row came out."""

    HELD = "held"
    BROKEN = "BROKEN"
    NOT_INJECTED = "not injected"
    """It was not put to the test, though it could have been: as bad as broken."""
    SKIPPED = "skipped"
    """This machine does not allow the fault."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one row."""

    row: int
    title: str
    how: str
    seed: int
    outcome: Outcome
    recovery_seconds: float | None
    bound_seconds: float
    accepted: int
    """Jobs that were answered with 2xx."""
    note: str
    timings: dict[str, str]
    """The settings of the stack it ran on, where they are not the defaults."""

    @property
    def failed(self) -> bool:
        """Whether the run must not pass."""
        return self.outcome in (Outcome.BROKEN, Outcome.NOT_INJECTED)

    def document(self) -> dict[str, Any]:
        """As it stands in the report."""
        injected = self.outcome in (Outcome.HELD, Outcome.BROKEN)
        return {**asdict(self), "injected": injected, "held": self.outcome is Outcome.HELD}
