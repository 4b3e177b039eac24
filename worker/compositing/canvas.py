"""What is drawn upon: pixels in memory, of which each layer touches only those beneath it."""

from __future__ import annotations

import numpy as np
import pyvips

from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Levels, Overlay, Rgba, product

_OPAQUE = 255
# So many rows at once stay in the processor's cache from one step to the next.
_ROWS = 64


class Canvas:
    """``(height, width, 3)`` of sRGB; where the background lets through, multiplied by an alpha that is kept beside."""

    def __init__(self, width: int, height: int, background: Rgba, room: Levels | None = None) -> None:
        """``room`` is memory to draw in, of this size, which nobody else needs any more."""
        self.bounds = Rectangle(0, 0, width, height)
        ground = Overlay.plain(background, Rectangle(0, 0, width, 1)).colors.reshape(-1)
        self._pixels: Levels = np.empty((height, width, 3), np.uint8) if room is None else room
        # Whole rows are copied much faster than pixels.
        self._pixels.reshape(height, -1)[:] = ground
        self._alpha: Levels | None = None
        if background.alpha < _OPAQUE:
            self._alpha = np.full((height, width), background.alpha, np.uint8)

    def paint(self, overlay: Overlay) -> None:
        """Lay something over what is there (Porter and Duff's "over"). What reaches beyond the canvas is cut off."""
        place = overlay.place.common(self.bounds)
        if place.is_empty:
            return
        inner = place.slices(overlay.place)
        here = place.slices(self.bounds)
        if overlay.through is None:
            self._pixels[here] = overlay.colors[inner]
            if self._alpha is not None:
                self._alpha[here] = _OPAQUE
            return
        pixels, colors, through = self._pixels[here], overlay.colors[inner], overlay.through[inner]
        for start in range(0, place.height, _ROWS):
            rows = slice(start, start + _ROWS)
            np.add(product(pixels[rows], through[rows]), colors[rows], out=pixels[rows])
        if self._alpha is not None:
            seen = through[..., 0]
            self._alpha[here] = product(self._alpha[here], seen) + (_OPAQUE - seen)

    def pixels(self, place: Rectangle) -> Levels:
        """What is seen there, ``(height, width, 3)``; what lets through is on white."""
        here = place.common(self.bounds).slices(self.bounds)
        if self._alpha is None:
            return self._pixels[here]
        return self._pixels[here] + (_OPAQUE - self._alpha[here][..., None])

    def image(self) -> pyvips.Image:
        """The finished picture, of three bands, or four where the background lets through."""
        image = pyvips.Image.new_from_array(self._pixels, interpretation="srgb")
        if self._alpha is None:
            return image
        clear = image.bandjoin(pyvips.Image.new_from_array(self._alpha)).copy(interpretation="srgb")
        return clear.unpremultiply().rint().cast("uchar").copy(interpretation="srgb")
