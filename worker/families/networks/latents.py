"""Latents that a decoder makes pictures of in one pass: walks between them, and their pictures, a few at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from shared.errors import OutOfDeviceMemory
from worker.families.base import StepControl
from worker.media.base import Media
from worker.media.image import ImageMedia

_AT_ONCE = {"cpu": 16, "cuda": 64}


def walk(start: Tensor, end: Tensor, steps: int) -> Tensor:
    """From one latent to another in even steps on a great circle, where a normal distribution has its mass.

    Spherical interpolation after White 2016 (arXiv:1609.04468). Gives ``(steps, *shape)``, both ends included.
    """
    cosine = torch.dot(start.flatten(), end.flatten()) / (start.norm() * end.norm())
    angle = torch.arccos(cosine.clamp(-1, 1))
    shares = torch.linspace(0, 1, steps).view(-1, *[1] * start.ndim)
    if angle.sin() < 1e-4:
        return start + shares * (end - start)
    return (((1 - shares) * angle).sin() * start + (shares * angle).sin() * end) / angle.sin()


def pictures_at_once(device: str) -> int:
    """How many pictures one pass makes on a type of device."""
    return _AT_ONCE[device]


def decoded(
    decode: Callable[[Tensor], Tensor], members: Sequence[Tensor], device: str, control: StepControl
) -> list[list[Media]]:
    """The pictures of every member's latents ``(n, *shape)``; none for members that are dropped on the way.

    ``decode`` gives ``(n, 3, height, width)`` from -1 to 1. A step is one pass. Raises ``OutOfDeviceMemory``.
    """
    latents = torch.cat(list(members))
    owners = [index for index, each in enumerate(members) for _ in range(len(each))]
    passes = range(0, len(owners), _AT_ONCE[device])
    outputs: list[list[Media]] = [[] for _ in members]
    dropped: frozenset[int] = frozenset()
    for done, first in enumerate(passes, start=1):
        wanted = [at for at in range(first, min(first + _AT_ONCE[device], len(owners))) if owners[at] not in dropped]
        if wanted:
            for at, pixels in zip(wanted, _pixels(decode, latents[wanted]), strict=True):
                outputs[owners[at]].append(ImageMedia(pixels))
        dropped |= control.step(done, len(passes))
    return [[] if index in dropped else media for index, media in enumerate(outputs)]


@torch.inference_mode()
def _pixels(decode: Callable[[Tensor], Tensor], latents: Tensor) -> np.ndarray:
    try:
        pictures = decode(latents).float().clamp(-1, 1)
    except torch.OutOfMemoryError as error:
        raise OutOfDeviceMemory from error
    return ((pictures + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
