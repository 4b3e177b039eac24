"""Soft shadows, and other blurred outlines."""

from __future__ import annotations

import math

import pyvips

from shared.catalog.inputs.scene import Shadow
from worker.compositing.overlay import Overlay, Rgba

# A blur much wider than this (standard deviation, in pixels) shows no detail: it is made on a smaller picture.
_FINE = 4.0
_REACH = 3.0


def shadow_of(overlay: Overlay, shadow: Shadow) -> Overlay:
    """The shadow that something throws: its outline, blurred and moved."""
    mask, margin = blurred(overlay.outline(), shadow.blur)
    place = overlay.place
    return Overlay.of_mask(mask, Rgba.parse(shadow.color), place.x + shadow.x - margin, place.y + shadow.y - margin)


def blurred(mask: pyvips.Image, sigma: float) -> tuple[pyvips.Image, int]:
    """A mask out of focus, and by how much it has grown on each side."""
    margin = math.ceil(_REACH * sigma)
    if margin == 0:
        return mask, 0
    width, height = mask.width + 2 * margin, mask.height + 2 * margin
    wide = mask.embed(margin, margin, width, height)
    factor = max(1, int(sigma / _FINE))
    if factor == 1:
        return wide.gaussblur(sigma, precision="integer").copy_memory(), margin
    columns, rows = -(-width // factor), -(-height // factor)
    small = wide.embed(0, 0, columns * factor, rows * factor).shrink(factor, factor)
    soft = small.gaussblur(sigma / factor, precision="integer")
    large = soft.resize(factor, kernel="linear").crop(0, 0, width, height)
    return large.copy_memory(), margin
