"""Contact sheets: many pictures on one page, each with its prompt underneath."""

import textwrap
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

GAP = 6
LINES = 2
LINE_HEIGHT = 12


def contact_sheet(
    pictures: npt.NDArray[np.uint8], prompts: Sequence[str], columns: int, cell: int = 160
) -> Image.Image:
    """Lay out ``(n, h, w, 3)`` pictures in rows of ``columns``, ``cell`` pixels each."""
    rows = -(-len(pictures) // columns)
    tall = cell + LINES * LINE_HEIGHT + GAP
    page = Image.new("RGB", (columns * (cell + GAP) + GAP, rows * tall + GAP), "white")
    pen = ImageDraw.Draw(page)
    for index, (pixels, prompt) in enumerate(zip(pictures, prompts, strict=True)):
        left, top = GAP + index % columns * (cell + GAP), GAP + index // columns * tall
        page.paste(Image.fromarray(pixels).resize((cell, cell), Image.Resampling.LANCZOS), (left, top))
        for line, text in enumerate(textwrap.wrap(prompt, cell // 6)[:LINES]):
            pen.text((left, top + cell + line * LINE_HEIGHT), text, fill=(60, 60, 60))
    return page
