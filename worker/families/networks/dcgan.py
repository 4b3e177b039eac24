"""The generator of a deep convolutional adversarial network (Radford et al. 2015, arXiv:1511.06434)."""

from __future__ import annotations

from itertools import pairwise

import torch
from diffusers import ModelMixin
from diffusers.configuration_utils import ConfigMixin, register_to_config
from torch import Tensor, nn

_DOUBLINGS = 4


class DcganGenerator(ModelMixin, ConfigMixin):
    """``latent_size`` normally distributed numbers to a square RGB picture of ``size`` pixels, values -1 to 1."""

    @register_to_config
    def __init__(self, size: int = 64, latent_size: int = 64, channels: tuple[int, ...] = (192, 96, 64, 32)) -> None:
        super().__init__()
        if len(channels) != _DOUBLINGS or size % 2**_DOUBLINGS:
            raise ValueError(f"takes {_DOUBLINGS} numbers of channels and a size that {2**_DOUBLINGS} divides")
        layers: list[nn.Module] = [
            nn.ConvTranspose2d(latent_size, channels[0], size // 2**_DOUBLINGS, bias=False),
            nn.BatchNorm2d(channels[0]),
            nn.ReLU(),
        ]
        for before, after in pairwise(channels):
            layers += [nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.layers = nn.Sequential(*layers, nn.ConvTranspose2d(channels[-1], 3, 4, 2, 1))

    def forward(self, latents: Tensor) -> Tensor:
        """``(n, latent_size)`` to pictures ``(n, 3, size, size)``."""
        return torch.tanh(self.layers(latents[:, :, None, None]))
