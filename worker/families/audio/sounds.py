"""What the kinds of text-to-audio model have in common: sounds of a batch, each drawn by a generator of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.text_to_audio import TextToAudioInput


@dataclass(frozen=True, slots=True)
class Sounds:
    """The sounds of a batch, ``(sounds, channels, frames)``, whose they are, and which members were dropped."""

    samples: NDArray[np.float32]
    owners: Sequence[int]
    dropped: frozenset[int]


def generators(inputs: Sequence[TextToAudioInput]) -> list[torch.Generator]:
    """One generator a sound: sound ``k`` of seed ``s`` is sound 0 of seed ``s + k``."""
    return [
        torch.Generator().manual_seed(((job_input.seed or 0) + k) % (MAX_SEED + 1))
        for job_input in inputs
        for k in range(job_input.num_sounds)
    ]
