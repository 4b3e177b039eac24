"""The same creatives by a loop as somebody would write it for the afternoon: no jobs, no checks, sizes known before.

``python -m tests.benchmarks.campaign.hand_written FOLDER FIRST STEP COUNT`` writes every STEP-th of COUNT creatives,
from the FIRST on, into FOLDER: two such processes keep two cores busy. Pictures lie in FOLDER already.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["VIPS_CONCURRENCY"] = "1"

import pyvips

from tests.benchmarks.campaign.pieces import HEADLINES, QUALITY, SIDE


def creative(number: int, backdrop: bytes, cut_out: bytes) -> bytes:
    """One JPEG: the layers of ``pieces.scene`` in one composite call."""
    base = pyvips.Image.thumbnail_buffer(backdrop, SIDE, height=SIDE, crop="centre").bandjoin(255)
    product = pyvips.Image.thumbnail_buffer(cut_out, 500, height=640)
    alpha = product[3].embed(60, 60, product.width + 120, product.height + 120).gaussblur(18)
    shadow = (alpha * 0.0).bandjoin([alpha * 0.0, alpha * 0.0, alpha * 0.4]).cast("uchar")
    shade = _shade()
    headline = _text(HEADLINES[number % len(HEADLINES)], 96, 920, [255, 255, 255])
    price = _text(f"€ {number % 90 + 9}.90", 52, 240, [17, 17, 17])
    plate = _plate(price.width + 48, price.height + 20)
    left = 290 + (500 - product.width) // 2
    image = base.composite(
        [shade, shadow, product, headline, plate, price],
        ["over"] * 6,
        x=[0, left - 60, left, 80, 780, 804],
        y=[0, 380 - 60 + 24, 380, 80, 900, 910],
        compositing_space="srgb",
    )
    return bytes(image.flatten().jpegsave_buffer(Q=QUALITY))


def _shade() -> pyvips.Image:
    ramp = pyvips.Image.xyz(SIDE, 420)[1] * (-160 / 420) + 160
    return (ramp * 0).bandjoin([ramp * 0, ramp * 0, ramp]).cast("uchar").copy(interpretation="srgb")


def _text(words: str, pixels: int, width: int, color: list[int]) -> pyvips.Image:
    mask = pyvips.Image.text(words, font=f"Noto Sans Bold {pixels}px", width=width, dpi=72)
    return mask.new_from_image(color).copy(interpretation="srgb").bandjoin(mask)


def _plate(width: int, height: int) -> pyvips.Image:
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" rx="20" fill="#ffd84d"/></svg>'
    )
    return pyvips.Image.svgload_buffer(drawing.encode())


def main(arguments: list[str]) -> None:
    """Write this process's share."""
    folder, first, step, count = Path(arguments[0]), *map(int, arguments[1:4])
    backdrops = [path.read_bytes() for path in sorted(folder.glob("backdrop-*.png"))]
    cut_outs = [path.read_bytes() for path in sorted(folder.glob("cut-out-*.png"))]
    for number in range(first, count, step):
        body = creative(number, backdrops[number % len(backdrops)], cut_outs[number % len(cut_outs)])
        (folder / f"{number}.jpg").write_bytes(body)


if __name__ == "__main__":
    main(sys.argv[1:])
