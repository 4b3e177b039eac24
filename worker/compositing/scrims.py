"""A soft plate behind a text, exactly as strong as its contrast asks for."""

from __future__ import annotations

import math

import numpy as np
import pyvips
from numpy.typing import NDArray

from shared.catalog.inputs.scene import TextLayer
from worker.compositing import contrast
from worker.compositing.overlay import Overlay, Rectangle, Rgba

# What is this near to a letter is what it stands out from, as parts of the text's height and in pixels.
_NEAR = 0.02
_LEAST_NEAR = 4
_STEPS = 100
_FEATHER = 0.35
_REACH = 2.5
_WIDEST_FEATHER = 60.0


def surroundings(glyphs: Overlay) -> NDArray[np.bool_]:
    """``(height, width)``: which pixels of the text's place lie behind its letters or right beside them.

    Whole blocks of pixels, those that some ink is in.
    """
    ink = glyphs.outline().numpy().reshape(glyphs.place.height, glyphs.place.width) > 0
    side = max(_LEAST_NEAR, round(glyphs.place.height * _NEAR))
    rows, columns = (-(-length // side) for length in ink.shape)
    padded = np.zeros((rows * side, columns * side), np.bool_)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    blocks = padded.reshape(rows, side, columns, side).any(axis=(1, 3))
    near = np.repeat(np.repeat(blocks, side, axis=0), side, axis=1)
    return near[: ink.shape[0], : ink.shape[1]]


def needed(color: Rgba, layer: TextLayer, behind: contrast.Pixels) -> float | None:
    """The least strength, in hundredths, at which the text has its contrast; none if none is enough."""
    scrim = Rgba.parse(layer.scrim or "")

    def enough(step: int) -> bool:
        return contrast.measured(color, layer.opacity, laid(behind, scrim, step / _STEPS)) >= layer.contrast

    if not enough(_STEPS):
        return None
    low, high = 0, _STEPS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    # The scrim's own rounding may take a little from it: one step more is sure.
    return min(1.0, (high + 1) / _STEPS)


def laid(pixels: contrast.Pixels, scrim: Rgba, strength: float) -> contrast.Pixels:
    """Pixels seen through the scrim."""
    share = scrim.opacity * strength
    mixed = np.array(scrim.rgb, np.float32) * share + pixels.astype(np.float32) * (1 - share)
    return np.rint(mixed).astype(np.uint8)


def drawn(glyphs: Overlay, color: str, strength: float, bounds: Rectangle) -> Overlay:
    """The scrim: whole behind the text, fading away around it."""
    sigma = min(_WIDEST_FEATHER, max(2.0, min(glyphs.place.width, glyphs.place.height) * _FEATHER))
    reach = math.ceil(_REACH * sigma)
    place = glyphs.place.grown(2 * reach, 2 * reach)
    # A blurred rectangle is the product of two blurred edges; so far within them nothing is taken from it.
    across, down = (_profile(length, reach, sigma) for length in (place.width, place.height))
    mask = np.rint(np.outer(down, across) * 255).astype(np.uint8)
    seen = place.common(bounds)
    rows = slice(seen.y - place.y, seen.bottom - place.y)
    columns = slice(seen.x - place.x, seen.right - place.x)
    cut = pyvips.Image.new_from_array(np.ascontiguousarray(mask[rows, columns]))
    return Overlay.of_mask(cut, Rgba.parse(color), seen.x, seen.y).at_opacity(strength)


def _profile(length: int, reach: int, sigma: float) -> NDArray[np.float64]:
    """A blurred bar that begins and ends ``reach`` pixels within ``length``, from 0 to 1."""
    middles = np.arange(length) + 0.5
    edges = [np.array([math.erf(x) for x in (middles - at) / (sigma * math.sqrt(2))]) for at in (reach, length - reach)]
    profile: NDArray[np.float64] = (edges[0] - edges[1]) / 2
    return profile
