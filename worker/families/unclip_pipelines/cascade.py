"""What the stages of an unCLIP model have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from shared.catalog.inputs.unclip import UnclipInput

PRIOR_STEPS = 25
DECODER_STEPS = 25


@dataclass(frozen=True, slots=True)
class Request:
    """The pictures of one forward batch: one prompt or one picture to vary for each, and one generator for each.

    ``job_input`` is that of any member: sizes, steps and scales are the same for all.
    """

    job_input: UnclipInput
    prompts: Sequence[str]
    pictures: Sequence[Image.Image]
    generators: Sequence[torch.Generator]


@dataclass(frozen=True, slots=True)
class Stage:
    """Networks of which one runs once a step, and how many steps.

    ``preview`` turns the network's ``sample`` into ``(batch, 3, H, W)`` from -1 to 1.
    """

    networks: Sequence[torch.nn.Module]
    steps: int
    preview: Callable[[torch.Tensor], torch.Tensor] | None = None


class Cascade(Protocol):
    """One architecture of stages."""

    @property
    def fields(self) -> frozenset[str]:
        """Those of the input's fields that not every architecture has."""
        ...

    @property
    def draws_prompts(self) -> bool:
        """Whether it has a prior."""
        ...

    @property
    def varies_pictures(self) -> bool:
        """Whether it has an image encoder."""
        ...

    @property
    def reader(self) -> Any:
        """The pipeline whose tokenizer reads prompts."""
        ...

    def size(self, job_input: UnclipInput) -> tuple[int, int]:
        """Width and height of what is drawn, in pixels."""
        ...

    def size_problems(self, job_input: UnclipInput) -> list[tuple[str, str]]:
        """Fields whose size cannot be drawn, and what can be."""
        ...

    def stages(self, request: Request) -> list[Stage]:
        """The stages that a request goes through, in their order."""
        ...

    def draw(self, request: Request) -> NDArray[np.float32]:
        """``(pictures, height, width, 3)`` from 0 to 1."""
        ...
