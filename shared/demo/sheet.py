"""Paper that pictures and texts are placed on."""

from __future__ import annotations

from pathlib import Path

import pyvips

from shared.demo.typesetting import Colour, Style, block, typeset

PAPER: Colour = (250, 248, 244)
INK: Colour = (32, 29, 26)
FAINT: Colour = (128, 121, 112)
RULE: Colour = (224, 218, 208)
MARGIN = 72

DISPLAY = Style(48, 56, INK, "SemiBold")
LEDE = Style(20, 28, FAINT)
TITLE = Style(18, 26, INK, "SemiBold")
CAPTION = Style(15, 23, INK)
DETAIL = Style(13, 20, FAINT)


class Sheet:
    """Pictures placed on paper of ``width`` pixels that grows downwards."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._placed: list[tuple[pyvips.Image, int, int]] = []

    def place(self, picture: pyvips.Image, x: int, y: int) -> int:
        """Put a picture's top left corner at ``x``, ``y``; the ``y`` of its lower edge."""
        self._placed.append((picture, x, y))
        return int(y + picture.height)

    def write(self, text: str, style: Style, x: int, y: int, width: int) -> int:
        """Set text in a column; the ``y`` below its last line."""
        paragraph = typeset(text, style, width)
        self.place(paragraph.picture, x, y + paragraph.top)
        return y + paragraph.height

    def rule(self, x: int, y: int, width: int) -> int:
        """A thin line."""
        return self.place(block(width, 1, RULE), x, y)

    def picture(self) -> pyvips.Image:
        """All of it, as RGB, with a margin below the last thing."""
        height = max(y + picture.height for picture, _, y in self._placed) + MARGIN
        pixels = block(self._width, height, PAPER).numpy().copy()
        for picture, x, y in self._placed:
            if not picture.hasalpha():
                pixels[y : y + picture.height, x : x + picture.width] = picture.numpy()
        sheet = pyvips.Image.new_from_array(pixels).copy(interpretation="srgb")
        letters = [placed for placed in self._placed if placed[0].hasalpha()]
        pictures, xs, ys = ([placed[part] for placed in letters] for part in range(3))
        sheet = sheet.composite(pictures, ["over"] * len(pictures), x=xs, y=ys)
        return sheet.flatten().cast("uchar")

    def save(self, path: Path) -> None:
        """Write the sheet as PNG."""
        self.picture().pngsave(str(path), compression=6)
