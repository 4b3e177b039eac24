"""Rectangles of pixels."""

from __future__ import annotations

from dataclasses import dataclass

from shared.catalog.inputs.scene import Box


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a canvas, in pixels from its top left."""

    x: int
    y: int
    width: int
    height: int

    @staticmethod
    def of(box: Box) -> Rectangle:
        """A scene's box."""
        return Rectangle(box.x, box.y, box.width, box.height)

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

    def slices(self, origin: Rectangle) -> tuple[slice, slice]:
        """Its rows and columns in an array that lies at ``origin``."""
        return (
            slice(self.y - origin.y, self.bottom - origin.y),
            slice(self.x - origin.x, self.right - origin.x),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it."""
        return self.width <= 0 or self.height <= 0
