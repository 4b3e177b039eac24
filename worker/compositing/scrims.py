"""A soft plate behind a text, exactly as strong as its contrast asks for."""

from __future__ import annotations

import math

import numpy as np
import pyvips
from numpy.typing import NDArray

from shared.catalog.inputs.scene import TextLayer
from worker.compositing import contrast
from worker.compositing.overlay import Overlay, Rectangle, Rgba
from worker.compositing.shadows import blurred

# What is this near to a letter is what it stands out from, as parts of the text's height and in pixels.
_NEAR = 0.02
_LEAST_NEAR = 2
_STEPS = 100
_FEATHER = 0.35
_WIDEST_FEATHER = 60.0


def surroundings(glyphs: Overlay) -> NDArray[np.bool_]:
    """``(height, width)``: which pixels of the text's place lie behind its letters or right beside them."""
    near = max(_LEAST_NEAR, round(glyphs.place.height * _NEAR))
    mask = glyphs.outline() > 0
    grown = mask.gaussblur(near, precision="integer") > 0
    cover: NDArray[np.uint8] = grown.numpy()
    return cover.reshape(cover.shape[:2]) > 0


def needed(color: Rgba, layer: TextLayer, behind: contrast.Pixels) -> float | None:
    """The least strength, in hundredths, at which the text has its contrast; none if none is enough."""
    scrim = Rgba.parse(layer.scrim or "")
    pixels = contrast.sampled(behind)

    def enough(step: int) -> bool:
        return contrast.measured(color, layer.opacity, laid(pixels, scrim, step / _STEPS)) >= layer.contrast

    if not enough(_STEPS):
        return None
    low, high = 0, _STEPS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    # What was measured is a sample, and rounded: one step more is sure.
    return min(1.0, (high + 1) / _STEPS)


def laid(pixels: contrast.Pixels, scrim: Rgba, strength: float) -> contrast.Pixels:
    """Pixels seen through the scrim."""
    share = scrim.opacity * strength
    mixed = np.array(scrim.rgb, np.float32) * share + pixels.astype(np.float32) * (1 - share)
    return np.rint(mixed).astype(np.uint8)


def drawn(glyphs: Overlay, color: str, strength: float, bounds: Rectangle) -> Overlay:
    """The scrim: whole behind the text, fading away around it."""
    sigma = min(_WIDEST_FEATHER, max(2.0, min(glyphs.place.width, glyphs.place.height) * _FEATHER))
    # Blurring takes from a plate what it gives to its surroundings: so far out, nothing is taken from behind the text.
    reach = math.ceil(2.5 * sigma)
    plate = glyphs.place.grown(reach, reach)
    mask, margin = blurred((pyvips.Image.black(plate.width, plate.height) + 255).cast("uchar"), sigma)
    place = plate.grown(margin, margin)
    seen = place.common(bounds)
    cut = mask.crop(seen.x - place.x, seen.y - place.y, seen.width, seen.height)
    scrim = Rgba.parse(color)
    return Overlay.of_mask(cut, scrim, seen.x, seen.y).at_opacity(strength)
