"""The adversarial network's card: what it was trained on, what it can and cannot do, and how well it did."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from worker.families.networks.dcgan import DcganGenerator
from worker.families.networks.latents import walk
from worker.starter.shapes import LATENT_SIZE, SIZE
from worker.starter.shapes.dataset import GROUNDS, HELD_OUT_SEED, SUBJECTS, TINTS, as_pixels, rendered
from worker.starter.shapes.judged import recognised, spread
from worker.starter.shapes.sheet import sample_sheet

_TEMPLATE = """---
license: apache-2.0
library_name: diffusers
tags: [gan, dcgan, unconditional-image-generation]
---

# Shapes: an adversarial network

The generator of a DCGAN (Radford et al. 2015) of {millions:.2f} million parameters: {latent} normally distributed numbers
to a picture of {size} x {size} pixels, in one pass. It is here to show what such a model does, and so that the `gan`
family works on a fresh machine.

![Renders that it learned from, pictures it draws, pictures with truncation, and a walk between two seeds](showcase.png)

## Data and training

Renders of the project's own: {subjects}, each in one of {tints} colours
on a ground in one of {grounds}. No third-party picture. The discriminator has spectral normalisation (Miyato et al. 2018), the loss is the hinge loss, and what is
shipped is the generator's moving average. {steps}

## Figures

| Measure | Value |
|---|---|
| Subject recognised | {seen:.0%} ({surely:.0%} with certainty) |
| The same with `truncation` 1 | {typical:.0%} |
| Distance of two pictures, root mean square, of 255 | {distance:.0f} (renders: {real_distance:.0f}) |

The judge is a classifier trained on renders alone, which sees a subject in {real:.0%} of fresh renders; it names the
likeliest thing, however badly drawn, so that its certainty says more. In {count} pictures it saw: {spread};
in as many renders: {real_spread}.

## What it cannot do

Edges are torn, a weave of two pixels lies over most pictures, as transposed convolutions leave it, and many pictures
are between two subjects. Leaves and bottles come more often than stars. It takes no prompt: what a seed shows is chance. It knows its {kinds} subjects and nothing else.

## Licence

Apache-2.0, as the project's code.
"""
_DRAWN = 512
_SHOWN = 12


@torch.no_grad()
def write_card(weights: Path, steps: str) -> None:
    """Write ``README.md`` and ``showcase.png`` beside the weights; ``steps`` says how they were trained."""
    generator = DcganGenerator.from_pretrained(weights, local_files_only=True).float().eval()
    latents = torch.randn(_DRAWN, LATENT_SIZE, generator=torch.Generator().manual_seed(1))
    typical = torch.nn.init.trunc_normal_(
        torch.empty(_DRAWN, LATENT_SIZE), a=-1, b=1, generator=torch.Generator().manual_seed(1)
    )
    renders = rendered(_DRAWN, HELD_OUT_SEED).permute(0, 2, 3, 1).numpy()
    drawn, truncated = as_pixels(generator(latents)), as_pixels(generator(typical))
    rows: dict[str, np.ndarray] = {
        "renders": renders[:_SHOWN],
        "drawn": drawn[:_SHOWN],
        "": drawn[_SHOWN : 2 * _SHOWN],
        " ": drawn[2 * _SHOWN : 3 * _SHOWN],
        "truncation 1": truncated[:_SHOWN],
        "a walk": as_pixels(generator(walk(latents[0], latents[1], _SHOWN))),
    }
    sample_sheet(rows).save(weights / "showcase.png", optimize=True)
    found, real = recognised(drawn), recognised(renders)
    text = _TEMPLATE.format(
        millions=sum(weight.numel() for weight in generator.parameters()) / 1e6,
        size=SIZE,
        latent=LATENT_SIZE,
        subjects=", ".join(SUBJECTS),
        tints=len(TINTS),
        grounds=len(GROUNDS),
        steps=steps,
        seen=found.seen,
        surely=found.surely,
        typical=recognised(truncated).seen,
        distance=_distance(drawn),
        real_distance=_distance(renders),
        real=real.seen,
        count=_DRAWN,
        spread=spread(found),
        real_spread=spread(real),
        kinds=len(SUBJECTS),
    )
    (weights / "README.md").write_text(text)


def _distance(pixels: np.ndarray) -> float:
    half = len(pixels) // 2
    return float(np.sqrt(np.square(pixels[:half].astype(np.float64) - pixels[half:]).mean()))
