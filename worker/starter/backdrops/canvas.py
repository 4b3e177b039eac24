"""A square canvas of floating-point pixels with the few brushes the scenes are painted with.

Coordinates run from 0 to 1, x to the right and y downwards. Masks are float arrays ``(size, size)``
between 0 and 1; edges are antialiased, either analytically or by drawing four times larger.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Field = npt.NDArray[np.float32]
Point = tuple[float, float]
SUPERSAMPLING = 4


def smoothstep(low: float, high: float, value: npt.NDArray[Any]) -> Field:
    """Hermite step from 0 at ``low`` to 1 at ``high``."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


class Canvas:
    """Pixels ``(size, size, 3)`` in gamma-encoded sRGB, painted from back to front."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.size = size
        self.rng = rng
        self.pixels: Field = np.zeros((size, size, 3), np.float32)
        line = ((np.arange(size) + 0.5) / size).astype(np.float32)
        self.line: Field = line
        self.x: Field = np.broadcast_to(line[None, :], (size, size))
        self.y: Field = np.broadcast_to(line[:, None], (size, size))

    def blend(self, mask: Field | float, colour: Field) -> None:
        """Lay ``colour`` (one colour or a whole image) over the pixels where the mask says."""
        alpha = np.asarray(mask, np.float32)
        if alpha.ndim == 2:
            alpha = alpha[..., None]
        self.pixels = self.pixels + alpha * (colour - self.pixels)

    def screen(self, mask: Field, colour: Field) -> None:
        """Add light: the brighter of both, without ever clipping."""
        self.pixels = 1 - (1 - self.pixels) * (1 - np.clip(mask, 0, 1)[..., None] * colour)

    def shade(self, mask: Field) -> None:
        """Darken by the mask, 1 meaning black."""
        self.pixels = self.pixels * (1 - mask[..., None])

    def gradient(self, stops: Sequence[tuple[float, Field]], along: Field | None = None) -> Field:
        """Image that runs smoothly through ``(position, colour)`` stops along a field (default: y)."""
        where = self.line if along is None else along
        places = np.array([place for place, _ in stops], np.float32)
        colours = np.stack([colour for _, colour in stops])
        channels = [np.interp(where, places, colours[:, k]) for k in range(3)]
        image = np.stack(channels, -1).astype(np.float32)
        return np.broadcast_to(image[:, None, :], self.pixels.shape) if along is None else image

    def noise(self, cells: float, octaves: int = 1, stretch: float = 1.0) -> Field:
        """Smooth fractal noise about 0.5; ``cells`` bumps across, ``stretch`` times fewer in x."""
        total = np.zeros((self.size, self.size), np.float32)
        weight = norm = 1.0
        norm = 0.0
        for _ in range(octaves):
            rows, columns = max(2, round(cells) + 3), max(2, round(cells / stretch) + 3)
            grid = self.rng.random((rows, columns), dtype=np.float32)
            enlarged = Image.fromarray(grid).resize(
                (self.size, self.size), Image.Resampling.BICUBIC, (1, 1, columns - 1, rows - 1)
            )
            total += weight * np.asarray(enlarged)
            norm += weight
            weight, cells = weight * 0.5, cells * 2
        return total / norm

    def ridge(self, cells: float, octaves: int, sharp: bool = False) -> Field:
        """One-dimensional fractal profile over x, between 0 and 1, shape ``(size,)``."""
        total = np.zeros(self.size, np.float32)
        weight, norm = 1.0, 0.0
        for _ in range(octaves):
            knots = self.rng.random(int(cells) + 4)
            t = self.line * cells + self.rng.random()
            left = t.astype(int)
            f = t - left
            f = f if sharp else f * f * (3 - 2 * f)
            total += weight * (knots[left] * (1 - f) + knots[left + 1] * f)
            norm += weight
            weight, cells = weight * 0.5, cells * 2.1
        return np.asarray(total / norm, np.float32)

    def below(self, profile: npt.NDArray[Any], softness: float = 0.0) -> Field:
        """Mask of everything under the curve ``y = profile(x)``, edge one pixel or ``softness`` wide."""
        width = max(softness, 1.2 / self.size)
        return np.clip((self.y - profile[None, :]) / width + 0.5, 0, 1)

    def disc(self, x: float, y: float, radius: float, softness: float = 0.0) -> Field:
        """Mask of a disc with an edge one pixel or ``softness`` wide."""
        distance = np.hypot(self.x - x, self.y - y)
        return np.clip((radius - distance) / max(softness, 1.2 / self.size) + 0.5, 0, 1)

    def ellipse(self, x: float, y: float, across: float, down: float, softness: float = 0.0) -> Field:
        """Mask of an ellipse with half axes ``across`` and ``down``."""
        distance = np.hypot((self.x - x) / across, (self.y - y) / down)
        width = max(softness, 1.2 / self.size) / min(across, down)
        return np.clip((1 - distance) / width + 0.5, 0, 1)

    def halo(self, x: float, y: float, radius: float, squash: float = 1.0) -> Field:
        """Gaussian glow, 1 in the centre; ``squash`` above 1 flattens it."""
        return np.exp(-(((self.x - x) / radius) ** 2) - ((self.y - y) * squash / radius) ** 2)

    def polygons(self, shapes: Sequence[Sequence[Point]], blur: float = 0.0) -> Field:
        """Mask of filled polygons; ``blur`` is a Gaussian's sigma as a share of the canvas."""
        big = self.size * SUPERSAMPLING
        image = Image.new("L", (big, big))
        pen = ImageDraw.Draw(image)
        for shape in shapes:
            pen.polygon([(x * big, y * big) for x, y in shape], fill=255)
        image = image.reduce(SUPERSAMPLING)
        if blur > 0:
            image = image.filter(ImageFilter.GaussianBlur(blur * self.size))
        return np.asarray(image, np.float32) / np.float32(255)

    def soften(self, mask: Field, blur: float) -> Field:
        """Blur a mask; ``blur`` is a Gaussian's sigma as a share of the canvas."""
        image = Image.fromarray((np.clip(mask, 0, 1) * 255).astype(np.uint8))
        return np.asarray(image.filter(ImageFilter.GaussianBlur(blur * self.size)), np.float32) / np.float32(255)

    def bloom(self, strength: float, radius: float = 0.05) -> None:
        """Let the bright parts glow into their surroundings."""
        image = Image.fromarray(self.to_bytes()).filter(ImageFilter.GaussianBlur(radius * self.size))
        glow = np.asarray(image, np.float32) / np.float32(255)
        self.pixels = 1 - (1 - np.clip(self.pixels, 0, 1)) * (1 - strength * glow * glow)

    def vignette(self, strength: float) -> None:
        """Darken the corners a little, as a lens does."""
        self.shade(strength * smoothstep(0.35, 0.85, np.hypot(self.x - 0.5, self.y - 0.5)))

    def to_bytes(self) -> npt.NDArray[np.uint8]:
        """Pixels as 8-bit sRGB, shape ``(size, size, 3)``."""
        return (np.clip(self.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
