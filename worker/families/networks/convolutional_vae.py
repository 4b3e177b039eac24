"""A small convolutional variational autoencoder (Kingma & Welling 2013, arXiv:1312.6114)."""

from __future__ import annotations

import torch
from diffusers import ModelMixin
from diffusers.configuration_utils import ConfigMixin, register_to_config
from torch import Tensor, nn

# The layers halve the picture's side four times, to a square of this many pixels.
_HALVINGS = 4
_LOG_VARIANCES = (-12.0, 4.0)


class ConvolutionalVae(ModelMixin, ConfigMixin):
    """Square RGB pictures of ``size`` pixels, values -1 to 1, to ``latent_size`` numbers and back.

    The encoder gives a diagonal Gaussian's mean and log variance; the prior is the standard normal distribution.
    """

    @register_to_config
    def __init__(self, size: int = 64, latent_size: int = 64, channels: tuple[int, ...] = (24, 48, 96, 144)) -> None:
        super().__init__()
        if len(channels) != _HALVINGS or size % 2**_HALVINGS:
            raise ValueError(f"takes {_HALVINGS} numbers of channels and a size that {2**_HALVINGS} divides")
        self._side = size // 2**_HALVINGS
        flat = channels[-1] * self._side**2
        down: list[nn.Module] = []
        for before, after in zip((3, *channels), channels, strict=False):
            down += [nn.Conv2d(before, after, 4, 2, 1, bias=False), nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]
        self.encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(flat, 2 * latent_size))
        up: list[nn.Module] = []
        outward = channels[::-1]
        for before, after in zip(outward, (*outward[1:], outward[-1]), strict=True):
            up += [nn.Upsample(scale_factor=2), nn.Conv2d(before, after, 3, 1, 1, bias=False)]
            up += [nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]
        self.decoder_input = nn.Linear(latent_size, flat)
        self.decoder = nn.Sequential(*up, nn.Conv2d(outward[-1], 3, 3, 1, 1))

    def encode(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """``(n, 3, size, size)`` to means and log variances, each ``(n, latent_size)``."""
        mean, log_variance = self.encoder(pictures).chunk(2, dim=1)
        return mean, log_variance.clamp(*_LOG_VARIANCES)

    def decode(self, latents: Tensor) -> Tensor:
        """``(n, latent_size)`` to pictures ``(n, 3, size, size)``."""
        flat = self.decoder_input(latents)
        return torch.tanh(self.decoder(flat.view(len(flat), -1, self._side, self._side)))
