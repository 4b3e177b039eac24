"""A soft plate behind a text, exactly as strong as its contrast asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from shared.catalog.inputs.scene import TextLayer
from worker.compositing import contrast
from worker.compositing.canvas import Canvas
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Overlay, Rgba

# What is this near to a letter is what it stands out from, as parts of the text's height and in pixels.
_NEAR = 0.02
_LEAST_NEAR = 4
_SAMPLES = 10_000
_STEPS = 100
_FEATHER = 0.35
_REACH = 2.5
_WIDEST_FEATHER = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Which pixels of a text's place lie behind its letters or right beside them: rows and columns of a sample."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @staticmethod
    def of(glyphs: Overlay) -> Surroundings:
        """Whole blocks of pixels, those that some ink is in; the same sample each time."""
        ink = glyphs.outline() > 0
        side = max(_LEAST_NEAR, round(glyphs.place.height * _NEAR))
        rows, columns = (-(-length // side) for length in ink.shape)
        padded = np.zeros((rows * side, columns * side), np.bool_)
        padded[: ink.shape[0], : ink.shape[1]] = ink
        blocks = padded.reshape(rows, side, columns, side).any(axis=(1, 3))
        near = np.repeat(np.repeat(blocks, side, axis=0), side, axis=1)[: ink.shape[0], : ink.shape[1]]
        found = np.flatnonzero(near)
        found = found[:: max(1, len(found) // _SAMPLES)]
        return Surroundings(*np.divmod(found, ink.shape[1]))

    def pixels(self, canvas: Canvas, place: Rectangle) -> contrast.Pixels:
        """``(n, 3)`` of what is there."""
        return canvas.pixels(place)[self.rows, self.columns]


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
    edge = _edge(sigma, reach)
    across, down = (
        np.concatenate([edge, np.ones(length - 2 * len(edge), np.float32), edge[::-1]])
        for length in (place.width, place.height)
    )
    seen = place.common(bounds)
    rows, columns = seen.slices(place)
    mask = np.rint(np.outer(down[rows], across[columns]) * np.float32(255 * strength)).astype(np.uint8)
    return Overlay.of_mask(mask, Rgba.parse(color), seen.x, seen.y)


@lru_cache(64)
def _edge(sigma: float, reach: int) -> NDArray[np.float32]:
    """How a blurred edge rises from 0 to 1 over twice its reach."""
    steps = (np.arange(2 * reach) + 0.5 - reach) / (sigma * math.sqrt(2))
    return np.array([(1 + math.erf(step)) / 2 for step in steps], np.float32)
