"""Give an autoencoder's latents the mean and the covariance of its prior, without changing what it restores.

The latents of all pictures together are not distributed as the prior: a draw from it lies where no picture does. Fitting
a normal distribution to them afterwards and drawing from that one mends most of it (Ghosh et al. 2020, arXiv:1903.12436).
Here the fit becomes part of the two linear layers around the latents, so that the prior stays the standard one.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.starter.shapes.dataset import as_floats

_AT_ONCE = 256


@torch.no_grad()
def whiten(vae: ConvolutionalVae, pixels: Tensor) -> None:
    """Change the layers around the latents by what 8-bit pictures ``(n, 3, size, size)`` are encoded to."""
    encoded = [vae.encode(as_floats(part)) for part in pixels.split(_AT_ONCE)]
    means = torch.cat([mean for mean, _ in encoded]).double()
    variances = torch.cat([log_variance for _, log_variance in encoded]).double().exp().mean(0)
    centre = means.mean(0)
    spread = torch.linalg.cholesky(torch.cov(means.T) + variances.diag())
    inverse = torch.linalg.inv(spread)
    _encode_whitened(vae.encoder[-1], centre, inverse, variances)
    _decode_whitened(vae.decoder_input, centre, spread)


def _encode_whitened(layer: nn.Module, centre: Tensor, inverse: Tensor, variances: Tensor) -> None:
    """The means become ``inverse (mean - centre)``; the variances those of the average picture."""
    assert isinstance(layer, nn.Linear)
    size = len(centre)
    layer.weight[:size] = (inverse @ layer.weight[:size].double()).float()
    layer.bias[:size] = (inverse @ (layer.bias[:size].double() - centre)).float()
    layer.weight[size:] = 0
    layer.bias[size:] = (inverse.square() @ variances).log().float()


def _decode_whitened(layer: nn.Linear, centre: Tensor, spread: Tensor) -> None:
    layer.bias.add_((layer.weight.double() @ centre).float())
    layer.weight.copy_((layer.weight.double() @ spread).float())
