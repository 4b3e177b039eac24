"""What is laid upon a canvas: a picture or a colour, how much of it covers, and where."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import lru_cache

import pyvips

_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a canvas, in pixels from its top left."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column beyond it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row beyond it."""
        return self.y + self.height

    def moved(self, x: int, y: int) -> Rectangle:
        """The same elsewhere."""
        return Rectangle(self.x + x, self.y + y, self.width, self.height)

    def grown(self, x: int, y: int) -> Rectangle:
        """Larger by so much on each side."""
        return Rectangle(self.x - x, self.y - y, self.width + 2 * x, self.height + 2 * y)

    def within(self, other: Rectangle) -> bool:
        """Whether no part lies outside of the other."""
        return self.x >= other.x and self.y >= other.y and self.right <= other.right and self.bottom <= other.bottom

    def common(self, other: Rectangle) -> Rectangle:
        """What both have; of no width or height if nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rectangle(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def around(self, other: Rectangle) -> Rectangle:
        """The least rectangle that has both in it."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Rectangle(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.width <= 0 or self.height <= 0


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
    """Three bands of colour and one of coverage, none where it covers all; ``place`` has the size of both."""

    colors: pyvips.Image
    cover: pyvips.Image | None
    place: Rectangle
    outline_key: Hashable = None
    """What its outline is kept by; none of one that does not come again."""

    @staticmethod
    def of_rgba(image: pyvips.Image, x: int, y: int, outline_key: Hashable = None) -> Overlay:
        """A picture of three or four bands."""
        cover = image[3] if image.bands == 4 else None
        colors = image.extract_band(0, n=3) if image.bands == 4 else image
        return Overlay(colors, cover, Rectangle(x, y, image.width, image.height), outline_key)

    @staticmethod
    def of_mask(mask: pyvips.Image, color: Rgba, x: int, y: int) -> Overlay:
        """One colour where the mask is, as strong as both are opaque."""
        colors = flat(color, mask.width, mask.height)
        return Overlay(colors, faded(mask, color.opacity), Rectangle(x, y, mask.width, mask.height))

    def at_opacity(self, opacity: float) -> Overlay:
        """Covering less, by so much of one."""
        if opacity >= 1:
            return self
        cover = self.cover or pyvips.Image.black(self.place.width, self.place.height) + _OPAQUE
        return Overlay(self.colors, faded(cover, opacity), self.place)

    def moved(self, x: int, y: int) -> Overlay:
        """The same elsewhere."""
        return Overlay(self.colors, self.cover, self.place.moved(x, y), self.outline_key)

    def outline(self) -> pyvips.Image:
        """What it covers, one band."""
        if self.cover is not None:
            return self.cover
        return (pyvips.Image.black(self.place.width, self.place.height) + _OPAQUE).cast("uchar")


def flat(color: Rgba, width: int, height: int) -> pyvips.Image:
    """A rectangle of one colour, three bands."""
    return _dot(color).embed(0, 0, width, height, extend="copy")


@lru_cache(256)
def _dot(color: Rgba) -> pyvips.Image:
    return (pyvips.Image.black(1, 1, bands=3) + color.rgb).cast("uchar").copy(interpretation="srgb").copy_memory()


def faded(mask: pyvips.Image, opacity: float) -> pyvips.Image:
    """A mask as weak as an opacity from 0 to 1 makes it."""
    return mask if opacity >= 1 else (mask * opacity).rint().cast("uchar")
