"""What a process can run at this moment: models in memory, or what needs none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from worker.families.base import Family, ModelRef
from worker.load_watch import Tell


@dataclass(frozen=True, slots=True)
class Resident:
    """A model in memory."""

    ref: ModelRef
    family: Family[Any, Any]
    loaded: Any
    size: int
    """Bytes of the device's memory."""


class Residents(Protocol):
    """The models of a process. ``ModelCache`` keeps those of a device, ``BuiltinModels`` what has no weights."""

    def get(self, ref: ModelRef, tell: Tell = ...) -> Resident:
        """The model, loaded; ``tell`` hears how far it is when that takes long. Raises ``ModelLoadFailed``."""
        ...

    def loaded(self) -> Sequence[UUID]:
        """The catalog's ids of the models in memory."""
        ...

    def longest_load_seconds(self) -> float:
        """How long the slowest load of this process took."""
        ...
