"""Soft shadows."""

from __future__ import annotations

import math

import numpy as np
import pyvips

from shared.catalog.inputs.scene import Shadow
from worker.compositing.overlay import Levels, Overlay, Rgba
from worker.compositing.picture_cache import PictureCache

# A blur much wider than this (standard deviation, in pixels) shows no detail: it is made on a smaller picture.
_FINE = 4.0
_REACH = 3.0


def shadow_of(overlay: Overlay, shadow: Shadow, cache: PictureCache) -> Overlay:
    """The shadow that something throws: its outline, blurred and moved. Kept if its outline comes again."""

    def drawn() -> Overlay:
        return Overlay.of_mask(_blurred(overlay.outline(), shadow.blur), Rgba.parse(shadow.color))

    key = ("shadow", shadow.blur, shadow.color, overlay.outline_key)
    soft = drawn() if overlay.outline_key is None else cache.get(key, drawn)
    margin, place = _margin(shadow.blur), overlay.place
    return soft.moved(place.x + shadow.x - margin, place.y + shadow.y - margin)


def _margin(sigma: float) -> int:
    """By how many pixels a blur makes something larger on each side."""
    return math.ceil(_REACH * sigma)


def _blurred(outline: Levels, sigma: float) -> Levels:
    """A mask out of focus, as much larger as the blur reaches."""
    margin = _margin(sigma)
    if margin == 0:
        return outline
    mask = pyvips.Image.new_from_array(np.ascontiguousarray(outline))
    width, height = mask.width + 2 * margin, mask.height + 2 * margin
    soft = mask.embed(margin, margin, width, height)
    factor = max(1, int(sigma / _FINE))
    if factor == 1:
        soft = soft.gaussblur(sigma, precision="integer")
    else:
        columns, rows = -(-width // factor), -(-height // factor)
        small = soft.embed(0, 0, columns * factor, rows * factor).shrink(factor, factor)
        small = small.gaussblur(sigma / factor, precision="integer")
        soft = small.resize(factor, kernel="linear").crop(0, 0, width, height)
    levels: Levels = soft.numpy().reshape(height, width)
    return levels
