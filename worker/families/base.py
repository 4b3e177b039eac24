"""The contract every kind of model fulfils: typed input in, media out.

A family knows no database, queue or store. ``generate`` must give each member what it would get alone: one
generator a member, no state shared between members.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import JobInput
from worker.media.base import Media


@dataclass(frozen=True, slots=True)
class ModelRef:
    """Which weights to run: ``path`` is a local folder that ``from_pretrained`` reads."""

    name: str
    family: FamilyName
    revision: str
    path: Path
    defaults: Mapping[str, Any] = field(default_factory=dict)
    id: UUID | None = None
    """In the catalog; none for weights that are in no catalog."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """How to load the weights: what to load beside them (LoRA, ControlNet), each family's own."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where tensors live: ``type`` is ``cpu`` or ``cuda``; ``dtype`` is torch's name, such as ``bfloat16``."""

    type: str = "cpu"
    index: int = 0
    dtype: str = "float32"


class StepControl(Protocol):
    """How a running forward batch reports progress and learns whom to drop."""

    def step(
        self,
        done: int,
        total: int,
        previews: Callable[[], Sequence[bytes]] | None = None,
        texts: Callable[[], Sequence[str]] | None = None,
    ) -> frozenset[int]:
        """Say that ``done`` of ``total`` steps are made; get the indexes of members to drop.

        ``previews`` gives one WebP a member, ``texts`` what each member's text says so far; they are called only when
        somebody watches. Raises ``ForwardBatchInterrupted`` when no member is left to generate for, which families let
        pass.
        """
        ...


InputT = TypeVar("InputT", bound=JobInput, contravariant=True)
LoadedT = TypeVar("LoadedT")


class Family(Protocol[InputT, LoadedT]):
    """One kind of model."""

    name: FamilyName

    def load(self, model: ModelRef, device: Device) -> LoadedT:
        """Read the weights (safetensors only, no remote code) onto the device. Raises ``ModelLoadFailed``."""
        ...

    def check(self, loaded: LoadedT, job_input: InputT) -> None:
        """Refuse what only the loaded model can judge (a prompt longer than its context).

        Raises ``InputRefused`` naming the field.
        """
        ...

    def max_batch(self, loaded: LoadedT, job_input: InputT) -> int:
        """How many members of this shape to run in one forward batch at most."""
        ...

    def generate(self, loaded: LoadedT, inputs: Sequence[InputT], control: StepControl) -> list[list[Media]]:
        """Run one forward batch of equal ``batch_shape``: a list of outputs a member, empty if dropped."""
        ...
