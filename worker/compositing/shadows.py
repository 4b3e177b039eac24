"""Soft shadows, and other blurred outlines."""

from __future__ import annotations

import math

import pyvips

from shared.catalog.inputs.scene import Shadow
from worker.compositing.overlay import Overlay, Rgba
from worker.compositing.picture_cache import PictureCache

# A blur much wider than this (standard deviation, in pixels) shows no detail: it is made on a smaller picture.
_FINE = 4.0
_REACH = 3.0


def shadow_of(overlay: Overlay, shadow: Shadow, cache: PictureCache | None = None) -> Overlay:
    """The shadow that something throws: its outline, blurred and moved. Kept if its outline comes again."""
    if cache is None or overlay.outline_key is None:
        mask = blurred(overlay.outline(), shadow.blur)
    else:
        key = ("shadow", shadow.blur, overlay.outline_key)
        mask = cache.get(key, lambda: blurred(overlay.outline(), shadow.blur))
    margin, place = reach(shadow.blur), overlay.place
    return Overlay.of_mask(mask, Rgba.parse(shadow.color), place.x + shadow.x - margin, place.y + shadow.y - margin)


def reach(sigma: float) -> int:
    """By how many pixels a blur makes something larger on each side."""
    return math.ceil(_REACH * sigma)


def blurred(mask: pyvips.Image, sigma: float) -> pyvips.Image:
    """A mask out of focus, as much larger as it reaches."""
    margin = reach(sigma)
    if margin == 0:
        return mask
    width, height = mask.width + 2 * margin, mask.height + 2 * margin
    wide = mask.embed(margin, margin, width, height)
    factor = max(1, int(sigma / _FINE))
    if factor == 1:
        return wide.gaussblur(sigma, precision="integer").copy_memory()
    columns, rows = -(-width // factor), -(-height // factor)
    small = wide.embed(0, 0, columns * factor, rows * factor).shrink(factor, factor)
    soft = small.gaussblur(sigma / factor, precision="integer")
    large = soft.resize(factor, kernel="linear").crop(0, 0, width, height)
    return large.copy_memory()
