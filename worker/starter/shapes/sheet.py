"""Sample sheets: rows of pictures, each with a word beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw

_MARGIN = 96
_GAP = 2


def sample_sheet(rows: Mapping[str, np.ndarray], scale: int = 1) -> Image.Image:
    """Rows of ``(n, size, size, 3)`` pictures under one another; a name goes in front of each row."""
    size = next(iter(rows.values())).shape[1] * scale
    columns = max(len(pictures) for pictures in rows.values())
    page = Image.new("RGB", (_MARGIN + columns * (size + _GAP), len(rows) * (size + _GAP)), "white")
    pen = ImageDraw.Draw(page)
    for row, (name, pictures) in enumerate(rows.items()):
        top = row * (size + _GAP)
        pen.text((6, top + size // 2 - 6), name, fill=(60, 60, 60))
        for column, pixels in enumerate(pictures):
            picture = Image.fromarray(pixels).resize((size, size), Image.Resampling.NEAREST)
            page.paste(picture, (_MARGIN + column * (size + _GAP), top))
    return page
