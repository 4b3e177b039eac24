"""Whitened latents have the prior's mean and covariance, and stand for the same pictures."""

from __future__ import annotations

import torch

from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.starter.shapes.dataset import as_floats, rendered
from worker.starter.shapes.whitening import whiten


def test_the_latents_of_all_pictures_are_spread_as_the_prior_and_restored_as_before() -> None:
    torch.manual_seed(2)
    vae = ConvolutionalVae(size=64, latent_size=6, channels=(6, 8, 8, 8))
    pixels = rendered(300, 4)
    pictures = as_floats(pixels)
    with torch.no_grad():
        vae.encode(pictures)  # lets the normalisation see what it is to normalise
        vae.eval()
        before = vae.decode(vae.encode(pictures)[0])
        whiten(vae, pixels)
        means, log_variances = vae.encode(pictures)
        after = vae.decode(means)

    spread = torch.cov(means.T) + log_variances.exp().mean(0).diag()
    assert torch.allclose(after, before, atol=1e-4)
    assert means.mean(0).abs().max() < 1e-3
    assert torch.allclose(spread.diag(), torch.ones(6), atol=0.05)
