"""A family with a model loaded, and jobs that share its forward batches."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.base import JobInput
from tests.unit.worker.claims import some_claims
from worker.device_memory import DeviceMemory
from worker.drain import Drain
from worker.families.base import Device, ModelRef
from worker.families.registry import FAMILY_RUNNERS
from worker.lease import Hold
from worker.media.base import Media
from worker.progress import ForwardBatchControl, ProgressPublisher
from worker.sample_input import attach_samples


class TimedControl:
    """The product's own step control, and how long the device waits for it."""

    def __init__(self, members: int) -> None:
        hold = Hold(some_claims(members))
        job_ids = [claim.job_id for claim in hold.claims]
        # Its thread sends to Redis; the device's thread only puts down what is to be sent.
        self._control = ForwardBatchControl(hold, job_ids, ProgressPublisher(), Drain(None, 0), "benchmarks/model")
        self.seconds = 0.0
        self.steps = 0

    def step(self, done: int, total: int, *arguments: Any, **named: Any) -> frozenset[int]:
        began = time.perf_counter()
        dropped = self._control.step(done, total, *arguments, **named)
        self.seconds += time.perf_counter() - began
        self.steps = done
        return dropped


@dataclasses.dataclass(frozen=True)
class Run:
    """One forward batch, measured."""

    seconds: float
    callback_seconds: float
    outputs: list[list[Media]]


@dataclasses.dataclass(frozen=True)
class Subject:
    """A loaded model of a family."""

    name: FamilyName
    loaded: Any
    load_seconds: float
    memory: int
    """Bytes that loading took: of a GPU, or of the networks' numbers on a host."""
    fields: Callable[[int], Mapping[str, Any]]
    device: Device

    @classmethod
    def load(cls, name: FamilyName, path: Path, fields: Callable[[int], Mapping[str, Any]], device: Device) -> Subject:
        """Read the model; ``fields`` gives a member's input."""
        ref = ModelRef(f"benchmarks/{name}", name, "0" * 64, path)
        began = time.perf_counter()
        loaded, memory = DeviceMemory(device).measure(lambda: FAMILY_RUNNERS[name].load(ref, device))
        return cls(name, loaded, time.perf_counter() - began, memory, fields, device)

    def inputs(self, count: int) -> list[JobInput]:
        """Jobs that may share a forward batch."""
        found = [FAMILIES[self.name].input_type.model_validate(dict(self.fields(member))) for member in range(count)]
        for job_input in found:
            attach_samples(job_input)
        return found

    def most(self) -> int:
        """How many members the family takes at once."""
        return FAMILY_RUNNERS[self.name].max_batch(self.loaded, self.inputs(1)[0])

    def run(self, inputs: Sequence[JobInput]) -> Run:
        """One forward batch, to its end on the device."""
        control = TimedControl(len(inputs))
        began = time.perf_counter()
        outputs = FAMILY_RUNNERS[self.name].generate(self.loaded, inputs, control)
        self.settle()
        return Run(time.perf_counter() - began, control.seconds, outputs)

    def settle(self) -> None:
        """Wait for what the device still does."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device.index)

    def peak(self) -> int | None:
        """The most bytes of a GPU held since the last ``forget_peak``; a host's are not told apart."""
        return torch.cuda.max_memory_allocated(self.device.index) if self.device.type == "cuda" else None

    def forget_peak(self) -> None:
        """Begin to measure the peak anew."""
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device.index)
