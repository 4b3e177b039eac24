"""What is laid upon a canvas: colours, how much of what is below they let through, and where."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pyvips
from numpy.typing import NDArray

from worker.compositing.geometry import Rectangle

Levels = NDArray[np.uint8]
_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Rgba:
    """A colour in sRGB, each part from 0 to 255."""

    red: int
    green: int
    blue: int
    alpha: int

    @staticmethod
    def parse(color: str) -> Rgba:
        """``#rrggbb`` or ``#rrggbbaa``."""
        red, green, blue, alpha = bytes.fromhex(color[1:] if len(color) == 9 else f"{color[1:]}ff")
        return Rgba(red, green, blue, alpha)

    @property
    def rgb(self) -> list[int]:
        """Without the alpha."""
        return [self.red, self.green, self.blue]

    @property
    def hex(self) -> str:
        """``#rrggbb``."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def opacity(self) -> float:
        """From 0 to 1."""
        return self.alpha / _OPAQUE


@dataclass(frozen=True, slots=True)
class Overlay:
    """``colors`` is ``(height, width, 3)``, multiplied by how much they cover; ``through``, of the same shape, is how
    much of what is below is seen, from 0 to 255, and none where nothing is.
    """

    colors: Levels
    through: Levels | None
    place: Rectangle
    outline_key: Hashable = None
    """What its outline is kept by; none of one that does not come again."""

    @staticmethod
    def of_image(image: pyvips.Image, outline_key: Hashable = None) -> Overlay:
        """A picture of three or four bands, at the top left."""
        levels: Levels = image.numpy()
        return Overlay.of_levels(levels, outline_key)

    @staticmethod
    def of_levels(levels: Levels, outline_key: Hashable = None) -> Overlay:
        """``(height, width, 3)`` or, with an alpha, ``(height, width, 4)``, at the top left."""
        height, width, bands = levels.shape
        place = Rectangle(0, 0, width, height)
        if bands == 3:
            return Overlay(levels, None, place, outline_key)
        cover = _in_each_band(levels[..., 3])
        return Overlay(product(levels[..., :3], cover), _OPAQUE - cover, place, outline_key)

    @staticmethod
    def of_mask(mask: Levels, color: Rgba, x: int = 0, y: int = 0) -> Overlay:
        """One colour where the mask, ``(height, width)``, is, as strong as both are opaque."""
        height, width = mask.shape
        cover = weakened(mask, color.opacity)
        colors = np.empty((height, width, 3), np.uint8)
        for band, level in enumerate(color.rgb):
            colors[..., band] = product(cover, np.uint8(level))
        return Overlay(colors, _in_each_band(_OPAQUE - cover), Rectangle(x, y, width, height))

    @staticmethod
    def plain(color: Rgba, place: Rectangle) -> Overlay:
        """A rectangle of one colour."""
        shape = (place.height, place.width, 3)
        alpha = np.uint8(color.alpha)
        colors = np.broadcast_to(product(np.array(color.rgb, np.uint8), alpha), shape)
        through = None if color.alpha == _OPAQUE else np.broadcast_to(np.uint8(_OPAQUE - color.alpha), shape)
        return Overlay(colors, through, place)

    def at_opacity(self, opacity: float) -> Overlay:
        """Covering less, by so much of one."""
        if opacity >= 1:
            return self
        cover = np.full_like(self.colors, _OPAQUE) if self.through is None else _OPAQUE - self.through
        return Overlay(weakened(self.colors, opacity), _OPAQUE - weakened(cover, opacity), self.place)

    def moved(self, x: int, y: int) -> Overlay:
        """The same elsewhere."""
        return Overlay(self.colors, self.through, self.place.moved(x, y), self.outline_key)

    def outline(self) -> Levels:
        """What it covers, ``(height, width)``."""
        if self.through is None:
            return np.full(self.colors.shape[:2], _OPAQUE, np.uint8)
        return _OPAQUE - self.through[..., 0]

    @property
    def nbytes(self) -> int:
        """What it takes up in memory."""
        return self.colors.nbytes + (0 if self.through is None else self.through.nbytes)


def product(levels: Levels, others: Levels | np.uint8) -> Levels:
    """Both multiplied as parts of one, rounded: 255 times 255 is 255."""
    # numpy casts whole arrays much faster than it multiplies arrays of another type.
    wide = levels.astype(np.uint16)
    wide *= others.astype(np.uint16)
    wide += 128
    wide += wide >> 8
    wide >>= 8
    return wide.astype(np.uint8)


def _in_each_band(levels: Levels) -> Levels:
    bands = np.empty((*levels.shape, 3), np.uint8)
    for band in range(3):
        bands[..., band] = levels
    return bands


def weakened(levels: Levels, opacity: float) -> Levels:
    """Levels as weak as an opacity from 0 to 1 makes them, to the next of 255."""
    return levels if opacity >= 1 else product(levels, np.uint8(round(opacity * _OPAQUE)))
