"""What is drawn upon: pixels in memory, of which each layer touches only those beneath it."""

from __future__ import annotations

import numpy as np
import pyvips
from numpy.typing import NDArray

from worker.compositing.overlay import Overlay, Rectangle, Rgba


class Canvas:
    """``(height, width, 3)`` of sRGB, or of RGBA where the background lets through."""

    def __init__(self, width: int, height: int, background: Rgba) -> None:
        self.bounds = Rectangle(0, 0, width, height)
        levels = background.rgb if background.alpha == 255 else [*background.rgb, background.alpha]
        self._pixels: NDArray[np.uint8] = np.empty((height, width, len(levels)), np.uint8)
        # Whole rows are copied much faster than pixels.
        self._pixels[:] = np.tile(np.array(levels, np.uint8), (width, 1))

    def paint(self, overlay: Overlay) -> None:
        """Lay something over what is there. What reaches beyond the canvas is cut off."""
        place = overlay.place.common(self.bounds)
        if place.is_empty:
            return
        inner = (place.x - overlay.place.x, place.y - overlay.place.y, place.width, place.height)
        is_whole = place == overlay.place
        colors = overlay.colors if is_whole else overlay.colors.crop(*inner)
        cover = overlay.cover if overlay.cover is None or is_whole else overlay.cover.crop(*inner)
        self._rows(place)[:] = self._blended(place, colors, cover)

    def pixels(self, place: Rectangle) -> NDArray[np.uint8]:
        """What is seen there, ``(height, width, 3)``; what lets through is on white."""
        rows = self._rows(place.common(self.bounds))
        if rows.shape[2] == 3:
            return rows
        alpha = rows[..., 3:].astype(np.float32) / 255
        return np.rint(rows[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)

    def image(self) -> pyvips.Image:
        """The finished picture."""
        return _image(self._pixels)

    def _rows(self, place: Rectangle) -> NDArray[np.uint8]:
        return self._pixels[place.y : place.bottom, place.x : place.right]

    def _blended(self, place: Rectangle, colors: pyvips.Image, cover: pyvips.Image | None) -> NDArray[np.uint8]:
        is_opaque = self._pixels.shape[2] == 3
        if cover is None:
            blended = colors if is_opaque else colors.bandjoin(255)
        elif is_opaque:
            blended = cover.ifthenelse(colors, _image(self._rows(place)), blend=True)
        else:
            below = _image(self._rows(place))
            blended = below.composite2(colors.bandjoin(cover).copy(interpretation="srgb"), "over").rint().cast("uchar")
        pixels: NDArray[np.uint8] = blended.numpy()
        return pixels


def _image(pixels: NDArray[np.uint8]) -> pyvips.Image:
    return pyvips.Image.new_from_array(np.ascontiguousarray(pixels), interpretation="srgb")
