"""A family without a model: its texts are hashes, its steps are instants, and it misbehaves when told to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from shared.errors import InputRefused, OutOfDeviceMemory
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import EncodedMedia, Media
from worker.media.text import TextMedia


class BrokenMedia:
    """An output that no encoder takes."""

    def encode(self) -> EncodedMedia:
        raise ValueError("not a picture at all")


@dataclass
class TinyText:
    """Writes ``sha256(seed, prompt)`` in a few steps. What a prompt says it cannot stand, it does not stand."""

    name: FamilyName = FamilyName.TEXT
    steps: int = 3
    fits: int = 16
    """Members that the device's memory takes."""
    at_step: Callable[[int], None] = lambda _step: None
    at_end: Callable[[], None] = lambda: None
    """After the last step, while the device makes outputs of what it has."""
    at_load: Callable[[], object] = lambda: None
    batches: list[list[str]] = field(default_factory=list)
    """The prompts of every forward batch that was begun."""

    def load(self, model: ModelRef, device: Device) -> str:
        self.at_load()
        return model.name

    def check(self, loaded: str, job_input: TextInput) -> None:
        if job_input.prompt.startswith("too long"):
            raise InputRefused.of("input.prompt", "this model's context is shorter")
        if job_input.prompt.startswith("unreadable"):
            raise RuntimeError("the tokenizer has no answer to that")

    def max_batch(self, loaded: str, job_input: TextInput) -> int:
        return 16

    def generate(self, loaded: str, inputs: Sequence[TextInput], control: StepControl) -> list[list[Media]]:
        self.batches.append([job_input.prompt for job_input in inputs])
        if len(inputs) > self.fits:
            raise OutOfDeviceMemory
        if any(job_input.prompt.startswith("poison") for job_input in inputs):
            raise RuntimeError("a poisoned prompt")
        dropped: frozenset[int] = frozenset()
        for step in range(1, self.steps + 1):
            self.at_step(step)
            dropped |= control.step(step, self.steps)
        self.at_end()
        return [[] if member in dropped else _outputs(job_input) for member, job_input in enumerate(inputs)]


def text_of(prompt: str, seed: int) -> str:
    """What ``TinyText`` writes."""
    return hashlib.sha256(f"{seed}:{prompt}".encode()).hexdigest()


def _outputs(job_input: TextInput) -> list[Media]:
    if job_input.prompt.startswith("nothing"):
        return []
    if job_input.prompt.startswith("broken"):
        return [BrokenMedia()]
    return [
        TextMedia(text_of(job_input.prompt, (job_input.seed or 0) + copy), "stop")
        for copy in range(job_input.num_return_sequences)
    ]
