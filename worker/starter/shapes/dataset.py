"""What both models learn: single subjects in one colour on a softly lit studio ground in another."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from worker.starter.backdrops.canvas import Canvas
from worker.starter.backdrops.palette import SHADES, Palette
from worker.starter.backdrops.subjects import OUTLINES, paint_subject
from worker.starter.shapes import SIZE

SUBJECTS = tuple(OUTLINES)
TINTS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")
GROUNDS = ("white", "beige", "cream", "mint", "lavender", "blush", "gray", "aqua")
TRAINING_SEED, HELD_OUT_SEED = 31, 90_031


def rendered(count: int, seed: int) -> Tensor:
    """``count`` pictures, 8 bits a channel, ``(count, 3, SIZE, SIZE)``; the same seed gives the same ones."""
    rng = np.random.default_rng(seed)
    pictures = np.stack([_picture(rng) for _ in range(count)])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()


def _picture(rng: np.random.Generator) -> np.ndarray:
    while True:
        tint, ground = str(rng.choice(TINTS)), str(rng.choice(GROUNDS))
        if SHADES[tint].colour != SHADES[ground].colour:
            break
    canvas = Canvas(SIZE, np.random.default_rng(rng.integers(2**48)))
    paint_subject(canvas, Palette(ground), Palette(tint), str(rng.choice(SUBJECTS)))
    return canvas.to_bytes()


def as_floats(pixels: Tensor) -> Tensor:
    """8-bit pictures to floats from -1 to 1, laid out for convolutions."""
    return (pixels.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def as_pixels(pictures: Tensor) -> np.ndarray:
    """Floats from -1 to 1, ``(n, 3, h, w)``, to 8 bits ``(n, h, w, 3)``."""
    return ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
