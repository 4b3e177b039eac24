"""The autoencoder's card: what it was trained on, what it can and cannot do, and how well it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from worker.families.networks.convolutional_vae import ConvolutionalVae
from worker.families.networks.latents import walk
from worker.starter.shapes import LATENT_SIZE, SIZE
from worker.starter.shapes.dataset import GROUNDS, HELD_OUT_SEED, SUBJECTS, TINTS, as_floats, as_pixels, rendered
from worker.starter.shapes.judged import recognised, spread
from worker.starter.shapes.sheet import sample_sheet

_TEMPLATE = """---
license: apache-2.0
library_name: diffusers
tags: [vae, unconditional-image-generation]
---

# Shapes: a variational autoencoder

A convolutional variational autoencoder (Kingma & Welling 2013) of {millions:.2f} million parameters: pictures of {size} x
{size} pixels to {latent} numbers and back. It reconstructs a picture, walks between two, and draws new ones from the
prior. It is here to show what such a model does, and so that the `vae` family works on a fresh machine.

![Pictures it never saw, what it makes of them, a walk from the first to the last of them, and pictures from the prior
](showcase.png)

## Data and training

Renders of the project's own: {subjects}, each in one of {tints} colours
on a ground in one of {grounds}. No third-party picture. {steps}
After the training the latents were given the prior's mean and covariance (Ghosh et al. 2020), which changes no
reconstruction and makes draws from the prior far better pictures.

## Figures

| Measure | Value |
|---|---|
| Reconstruction of pictures it never saw | {psnr:.1f} dB PSNR |
| Subject recognised in reconstructions | {kept:.0%} |
| Subject recognised in pictures from the prior | {seen:.0%} ({surely:.0%} with certainty) |
| The same at `temperature` 0.7 | {calm:.0%} |

The judge is a classifier trained on renders alone, which sees a subject in {real:.0%} of fresh renders; it names the
likeliest thing, however badly drawn, so that its certainty says more. In {count} pictures from the prior it saw:
{spread}.

## What it cannot do

Pictures from the prior are soft, and many are between two subjects or two colours: the prior covers what lies between
the pictures that it knows, and a pixel-wise likelihood prefers the mean of several possible pictures to any one of
them. It knows its {kinds} subjects and nothing else: a photograph comes back as the most similar of them.

## Licence

Apache-2.0, as the project's code.
"""
_DRAWN = 512
_SHOWN = 12


@torch.no_grad()
def write_card(weights: Path, steps: str) -> None:
    """Write ``README.md`` and ``showcase.png`` beside the weights; ``steps`` says how they were trained."""
    vae: ConvolutionalVae = ConvolutionalVae.from_pretrained(weights, local_files_only=True).float().eval()
    unseen = rendered(_DRAWN, HELD_OUT_SEED)
    mean, _ = vae.encode(as_floats(unseen))
    restored = vae.decode(mean)
    prior = torch.randn(_DRAWN, LATENT_SIZE, generator=torch.Generator().manual_seed(1))
    drawn, calm = as_pixels(vae.decode(prior)), as_pixels(vae.decode(0.7 * prior))
    originals = unseen.permute(0, 2, 3, 1).numpy()
    rows: dict[str, np.ndarray] = {
        "unseen": originals[:_SHOWN],
        "restored": as_pixels(restored[:_SHOWN]),
        "a walk": as_pixels(vae.decode(walk(mean[0], mean[_SHOWN - 1], _SHOWN))),
        "prior": drawn[:_SHOWN],
        "": drawn[_SHOWN : 2 * _SHOWN],
        "prior, t=0.7": calm[:_SHOWN],
    }
    sample_sheet(rows).save(weights / "showcase.png", optimize=True)
    found = recognised(drawn)
    text = _TEMPLATE.format(
        millions=sum(weight.numel() for weight in vae.parameters()) / 1e6,
        size=SIZE,
        latent=LATENT_SIZE,
        subjects=", ".join(SUBJECTS),
        tints=len(TINTS),
        grounds=len(GROUNDS),
        steps=steps,
        psnr=-10 * ((restored - as_floats(unseen)) / 2).square().mean().log10().item(),
        kept=recognised(as_pixels(restored)).seen,
        seen=found.seen,
        surely=found.surely,
        calm=recognised(calm).seen,
        real=recognised(originals).seen,
        count=_DRAWN,
        spread=spread(found),
        kinds=len(SUBJECTS),
    )
    (weights / "README.md").write_text(text)
