"""Adversarial networks: a generator that makes a picture of normally distributed numbers in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from shared.catalog.families import FamilyName
from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.gan import GanInput
from worker.families.base import Device, ModelRef, StepControl
from worker.families.networks.dcgan import DcganGenerator
from worker.families.networks.latents import decoded, pictures_at_once, walk
from worker.media.base import Media


@dataclass(frozen=True, slots=True)
class LoadedGan:
    """A generator on its device."""

    generator: Any
    latent_size: int
    device: Device

    def draw(self, latents: Tensor) -> Tensor:
        """``(n, latent_size)`` to pictures ``(n, 3, height, width)``."""
        pictures: Tensor = self.generator(latents.to(self.generator.device, self.generator.dtype))
        return pictures


class AdversarialNetwork:
    """Draws pictures with the generator of a DCGAN."""

    name = FamilyName.GAN

    def load(self, model: ModelRef, device: Device) -> LoadedGan:
        """Read the generator: safetensors only, nothing from the network."""
        generator = DcganGenerator.from_pretrained(
            model.path, use_safetensors=True, local_files_only=True, torch_dtype=getattr(torch, device.dtype)
        ).eval()
        generator.to(torch.device(device.type, device.index) if device.type == "cuda" else device.type)
        return LoadedGan(generator, int(generator.config["latent_size"]), device)

    def check(self, loaded: LoadedGan, job_input: GanInput) -> None:
        """Every generator takes every input."""

    def max_batch(self, loaded: LoadedGan, job_input: GanInput) -> int:
        """Members whose pictures fit a few passes."""
        return max(1, 4 * pictures_at_once(loaded.device.type) // job_input.output_count())

    def generate(self, loaded: LoadedGan, inputs: Sequence[GanInput], control: StepControl) -> list[list[Media]]:
        """Draw every member's pictures, or its walk."""
        latents = [_latents(loaded.latent_size, job_input) for job_input in inputs]
        return decoded(loaded.draw, latents, loaded.device.type, control)


def _latents(size: int, job_input: GanInput) -> Tensor:
    """``(output_count, size)``: picture ``k`` of seed ``s`` is picture 0 of seed ``s + k``."""
    seed = job_input.seed or 0
    if job_input.target_seed is not None:
        start, end = (_drawn(size, each, job_input.truncation) for each in (seed, job_input.target_seed))
        return walk(start, end, job_input.output_count())
    seeds = [(seed + k) % (MAX_SEED + 1) for k in range(job_input.num_images)]
    return torch.stack([_drawn(size, each, job_input.truncation) for each in seeds])


def _drawn(size: int, seed: int, truncation: float | None) -> Tensor:
    """Normally distributed numbers, none beyond ``truncation`` (Brock et al. 2019, arXiv:1809.11096).

    Each is the quantile of one uniform number: a little less truncation changes the picture a little.
    """
    uniform = torch.rand(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    # Six standard deviations: farther out, a number in five hundred million.
    tail = torch.special.ndtr(torch.tensor(-(truncation or 6.0), dtype=torch.float64))
    return torch.special.ndtri(tail + uniform * (1 - 2 * tail)).float()
