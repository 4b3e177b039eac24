"""A text family that does nothing, so that what is measured is the engine around it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import Media
from worker.media.text import TextMedia


@dataclass(frozen=True, slots=True)
class ForwardBatch:
    """When one began, on the performance counter's clock, and the prompts in it."""

    began: float
    prompts: frozenset[str]


@dataclass
class NullText:
    """Writes the same word for every member.

    Loading a model takes ``load_seconds``, and a forward batch ``forward_seconds``, however many members it has.
    """

    load_seconds: float = 0.0
    forward_seconds: float = 0.0
    name: FamilyName = FamilyName.TEXT
    loads: list[str] = field(default_factory=list)
    """The models in the order in which they were loaded."""
    batches: list[ForwardBatch] = field(default_factory=list)
    _pause: threading.Event = field(default_factory=threading.Event)

    def load(self, model: ModelRef, device: Device) -> str:
        self.loads.append(model.name)
        self._pause.wait(self.load_seconds)
        return model.name

    def check(self, loaded: str, job_input: TextInput) -> None:
        """Everything is fine."""

    def max_batch(self, loaded: str, job_input: TextInput) -> int:
        return 16

    def generate(self, loaded: str, inputs: Sequence[TextInput], control: StepControl) -> list[list[Media]]:
        self.batches.append(ForwardBatch(time.perf_counter(), frozenset(job_input.prompt for job_input in inputs)))
        if self.forward_seconds:
            self._pause.wait(self.forward_seconds)
        dropped = control.step(1, 1)
        return [[] if member in dropped else [TextMedia("null", "stop")] for member in range(len(inputs))]
