"""A family without a model that behaves as its prompts say, in a real worker.

A prompt is ``<what>@<name> <words>``. ``hold``: steps are made until the flag ``<name>.go`` is raised. ``hang``: the
same without a step. ``exit``: the process ends. ``hungry``: each member takes 128 MiB of real memory, and there is room
for two. ``empty``: the member gets nothing. ``long``: the text has 400 KB. Any other prompt is a plain one.
"""

from __future__ import annotations

import hashlib
import os
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psutil
import torch

from shared.catalog.families import FamilyName
from shared.catalog.inputs.text import TextInput
from shared.errors import OutOfDeviceMemory
from tests.faults.control import Control
from worker.families.base import Device, ModelRef, StepControl
from worker.media.base import Media
from worker.media.text import TextMedia

MODEL = "faults/text"
_STEPS = 3
_STEP_SECONDS = 0.004
_HOLD_SECONDS = 0.05
_HUNGRY_BYTES = 128 * 1024 * 1024
_LONG_REPEATS = 6400


@dataclass(slots=True)
class LoadedText:
    """What ``load`` gives: a starter model's weights are read when a job first asks for them."""

    ref: ModelRef
    device: Device
    starter: Any = None


class FaultyText:
    """Writes ``sha256(seed, prompt)`` in a few quick steps, unless the prompt wants otherwise."""

    def __init__(self, name: FamilyName, control: Control) -> None:
        self.name = name
        self._control = control

    def load(self, model: ModelRef, device: Device) -> LoadedText:
        """Nothing to read yet."""
        return LoadedText(model, device)

    def check(self, loaded: LoadedText, job_input: TextInput) -> None:
        """Every prompt is fine."""

    def max_batch(self, loaded: LoadedText, job_input: TextInput) -> int:
        """Sixteen, whatever their shape."""
        return 16

    def generate(self, loaded: LoadedText, inputs: Sequence[TextInput], control: StepControl) -> list[list[Media]]:
        """One forward batch."""
        self._control.record_batch([job_input.prompt for job_input in inputs])
        if loaded.ref.name.startswith("starter/"):
            return self._generate_with_starter(loaded, inputs, control)
        dropped: frozenset[int] = frozenset()
        for job_input in inputs:
            dropped |= self._behave(job_input, len(inputs), control)
        for step in range(1, _STEPS + 1):
            time.sleep(_STEP_SECONDS)
            dropped |= control.step(step, _STEPS)
        return [[] if member in dropped else _outputs(job_input) for member, job_input in enumerate(inputs)]

    def _behave(self, job_input: TextInput, members: int, control: StepControl) -> frozenset[int]:
        what, name = _request(job_input.prompt)
        dropped: frozenset[int] = frozenset()
        if what in ("hold", "hang", "exit"):
            self._control.report(name)
        if what == "exit":
            os._exit(1)
        while what in ("hold", "hang") and not self._control.is_raised(f"{name}.go"):
            time.sleep(_HOLD_SECONDS)
            if what == "hold":
                dropped |= control.step(0, _STEPS)
        if what == "hungry":
            _take_memory(members)
        return dropped

    def _generate_with_starter(
        self, loaded: LoadedText, inputs: Sequence[TextInput], control: StepControl
    ) -> list[list[Media]]:
        # Imported here: only a row that asks for a starter model pays for the libraries, in a thread while it steps.
        def real() -> Any:
            from worker.families.text import TextGeneration

            family = TextGeneration()
            return family, family.load(loaded.ref, loaded.device)

        if loaded.starter is None:
            with ThreadPoolExecutor(1) as pool:
                loading = pool.submit(real)
                while not loading.done():
                    time.sleep(_HOLD_SECONDS)
                    control.step(0, _STEPS)
                loaded.starter = loading.result()
        family, weights = loaded.starter
        made: list[list[Media]] = family.generate(weights, inputs, control)
        return made


def text_of(prompt: str, seed: int) -> str:
    """What is written for a plain prompt."""
    return hashlib.sha256(f"{seed}:{prompt}".encode()).hexdigest()


def _request(prompt: str) -> tuple[str, str]:
    """What the prompt asks for, and the name of the flag it waits for."""
    what, _, rest = prompt.partition("@")
    return (what, rest.split()[0]) if rest.split() else ("", "")


def _take_memory(members: int) -> None:
    """Ask the system for real memory, of which there is enough for two members."""
    used = psutil.Process().memory_info().vms
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + int(2.5 * _HUNGRY_BYTES), before[1]))
    try:
        torch.ones(members * _HUNGRY_BYTES, dtype=torch.uint8)
    except RuntimeError as error:
        raise OutOfDeviceMemory from error
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _outputs(job_input: TextInput) -> list[Media]:
    what, _ = _request(job_input.prompt)
    if what == "empty":
        return []
    repeats = _LONG_REPEATS if what == "long" else 1
    return [
        TextMedia(text_of(job_input.prompt, (job_input.seed or 0) + copy) * repeats, "stop")
        for copy in range(job_input.num_return_sequences)
    ]
