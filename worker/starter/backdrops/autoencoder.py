"""The autoencoder: 256 pixels to 32 x 32 latents and back, trained on crops of rendered backdrops.

`AutoencoderTiny` has no normalisation layers, which suits pictures with large even areas: group
normalisation divides by a variance near zero there and loses the colour.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny
from diffusers.models.unets.unet_2d_blocks import AutoencoderTinyBlock
from torch import Tensor, nn
from torch.nn import functional

from worker.starter.backdrops.dataset import render_batch, stream
from worker.starter.backdrops.muon import Muon
from worker.starter.backdrops.training import Training
from worker.starter.precision import autocast

# An `AutoencoderTiny`; diffusers leaves the methods of its models untyped.
Vae = Any
SIZE = 256
CHANNELS = 4
WIDTH = 48
SMALL_CROPS, LARGE_CROPS = (64, 16), (128, 6)
SMALL_SHARE = 0.7
PEAK_RATE = 1.5e-3
DATA_SEED = 11


def build_autoencoder(channels: int = CHANNELS, width: int = WIDTH) -> Vae:
    """An untrained autoencoder with four levels (8 times smaller latents)."""
    vae: Vae = AutoencoderTiny(
        encoder_block_out_channels=(width,) * 4,
        decoder_block_out_channels=(width,) * 4,
        num_encoder_blocks=(0, 1, 2, 3),
        num_decoder_blocks=(4, 3, 2, 0),
        latent_channels=channels,
    )
    _initialise(vae)
    return vae


@torch.no_grad()
def _initialise(vae: Vae) -> None:
    """Start as a smooth resampler: blocks pass their input on, convolutions between levels blur.

    From the default initialisation the signal fades on its way through the levels, and ten times
    as many steps are needed for the same error.
    """
    binomial = torch.tensor([1.0, 2.0, 1.0])
    blur = torch.outer(binomial, binomial) / 16
    for layer in vae.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    for layer in [*vae.encoder.layers, *vae.decoder.layers]:
        if isinstance(layer, AutoencoderTinyBlock):
            nn.init.zeros_(layer.conv[-1].weight)
        elif isinstance(layer, nn.Conv2d) and layer.in_channels == layer.out_channels:
            passed_on = torch.eye(layer.out_channels)[:, :, None, None] * blur
            layer.weight.mul_(0.3).add_(passed_on)


def to_tensor(pixels: Tensor) -> Tensor:
    """8-bit ``(n, h, w, 3)`` to floats ``(n, 3, h, w)`` in -1 to 1."""
    return pixels.permute(0, 3, 1, 2).float() / 127.5 - 1


def _edges(image: Tensor) -> tuple[Tensor, Tensor]:
    return image[..., 1:] - image[..., :-1], image[..., 1:, :] - image[..., :-1, :]


def reconstruction_loss(output: Tensor, target: Tensor) -> Tensor:
    """Absolute and squared error of the pixels, and absolute error of their differences (edges)."""
    loss = (output - target).abs().mean() + 0.5 * functional.mse_loss(output, target)
    for ours, theirs in zip(_edges(output), _edges(target), strict=True):
        loss = loss + 0.5 * (ours - theirs).abs().mean()
    return loss


def spread_loss(latents: Tensor) -> Tensor:
    """How far each channel's mean is from 0 and its deviation from 1, so that one scale suits them all."""
    means, deviations = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    return means.square().mean() + (deviations - 1).square().mean()


def _optimisers(part: nn.Module) -> list[torch.optim.Optimizer]:
    """Muon for the kernels inside, AdamW for everything else."""
    inner = [w for w in part.parameters() if w.ndim == 4 and w.shape[:2] == (WIDTH, WIDTH)]
    chosen = {id(weight) for weight in inner}
    outer = [weight for weight in part.parameters() if id(weight) not in chosen]
    return [torch.optim.AdamW(outer, PEAK_RATE, betas=(0.9, 0.97)), Muon(inner, PEAK_RATE)]


def train_autoencoder(folder: Path, seconds: float, device: torch.device, pool: int = 4000) -> Vae:
    """Train for ``seconds`` on crops of ``pool`` pictures, resuming from a checkpoint in ``folder``."""
    torch.manual_seed(1)
    vae = build_autoencoder().to(device, memory_format=torch.channels_last)
    optimisers = _optimisers(vae)
    parts = {"vae": vae} | {f"optimiser{index}": optimiser for index, optimiser in enumerate(optimisers)}
    training = Training(folder, "autoencoder", seconds, parts)
    training.resume()
    if not training.finished:
        pictures = torch.from_numpy(render_batch(list(stream(DATA_SEED, pool)), SIZE))
        _fit(training, vae, optimisers, pictures)
    return vae.eval()


def refine_decoder(vae: Vae, folder: Path, seconds: float, pool: int = 2000) -> None:
    """Train the decoder alone for ``seconds`` more: sharper pictures from the very same latents."""
    vae.encoder.requires_grad_(False)
    optimisers = _optimisers(vae.decoder)
    parts = {"decoder": vae.decoder} | {f"optimiser{index}": optimiser for index, optimiser in enumerate(optimisers)}
    training = Training(folder, "decoder", seconds, parts)
    training.resume()
    if not training.finished:
        pictures = torch.from_numpy(render_batch(list(stream(DATA_SEED + 1, pool)), SIZE))
        _fit(training, vae, optimisers, pictures)
    vae.eval()


def _fit(training: Training, vae: Vae, optimisers: list[torch.optim.Optimizer], pictures: Tensor) -> None:
    """Take optimiser steps until the training's seconds are spent, then save."""
    device = next(vae.parameters()).device
    random = np.random.default_rng(training.step)
    torch.manual_seed(training.step)
    training.begin()
    while not training.finished:
        side, batch = SMALL_CROPS if training.share < SMALL_SHARE else LARGE_CROPS
        crops = _crops(pictures, side, batch, random).to(device, memory_format=torch.channels_last)
        with autocast(device):
            latents = vae.encode(crops).latents
            # Noise in the latents keeps them smooth: what the transformer gets slightly wrong still decodes.
            output = vae.decode(latents + 0.05 * torch.randn_like(latents)).sample
        loss = reconstruction_loss(output.float(), crops) + 0.01 * spread_loss(latents.float())
        for optimiser in optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = training.rate(PEAK_RATE, hold=0.3)
            optimiser.step()
        training.record(loss.item())
    training.save()


def _crops(pictures: Tensor, side: int, batch: int, random: np.random.Generator) -> Tensor:
    """A batch of random square crops, floats ``(batch, 3, side, side)``, half of them mirrored."""
    crops = []
    for index in random.integers(0, len(pictures), batch):
        top, left = random.integers(0, SIZE - side + 1, 2)
        crop = pictures[index, top : top + side, left : left + side]
        crops.append(crop.flip(1) if random.random() < 0.5 else crop)
    return to_tensor(torch.stack(crops))


@torch.no_grad()
def encode(vae: Vae, pixels: Tensor) -> Tensor:
    """Raw latents ``(n, CHANNELS, 32, 32)`` of 8-bit pictures ``(n, SIZE, SIZE, 3)``, on the CPU."""
    device = next(vae.parameters()).device
    with autocast(device):
        latents = vae.encode(to_tensor(pixels).to(device, memory_format=torch.channels_last)).latents
    return latents.float().cpu().contiguous()


@torch.no_grad()
def measure_psnr(vae: Vae, count: int = 64, seed: int = 90210) -> float:
    """Peak signal-to-noise ratio in dB over ``count`` pictures outside the training pool."""
    pixels = torch.from_numpy(render_batch(list(stream(seed, count)), SIZE))
    device = next(vae.parameters()).device
    errors = []
    for start in range(0, count, 16):
        target = to_tensor(pixels[start : start + 16]).to(device)
        output = vae.decode(vae.encode(target).latents).sample.clamp(-1, 1)
        errors.append(((output - target) / 2).square().mean().item())
    return -10 * math.log10(sum(errors) / len(errors))
