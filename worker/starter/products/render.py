"""Draws the sample campaign's product pictures: ``python -m worker.starter.products.render --out FOLDER``.

Each is a PNG of at most 256 colours on nothing, cut to the product. The same drawing gives the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import pyvips

from worker.starter.products import backpack, beauty, home, leisure, marks, sound, travel, vessels
from worker.starter.products.drawing import Drawing

PICTURES: Mapping[str, Callable[[], Drawing]] = {
    "backpack": backpack.backpack,
    "camera": sound.camera,
    "candle": beauty.candle,
    "chair": home.chair,
    "chocolate": leisure.chocolate,
    "flask": vessels.flask,
    "headphones": sound.headphones,
    "kettle": vessels.kettle,
    "lamp": home.lamp,
    "lipstick": beauty.lipstick,
    "mug": vessels.mug,
    "notebook": home.notebook,
    "perfume": beauty.perfume,
    "plant": home.plant,
    "skateboard": leisure.skateboard,
    "sneaker": leisure.sneaker,
    "soap": beauty.soap,
    "speaker": sound.speaker,
    "sunglasses": travel.sunglasses,
    "tea": vessels.tea_tin,
    "umbrella": travel.umbrella,
    "vase": home.vase,
    "wallet": travel.wallet,
    "watch": travel.watch,
}
LOGOS: Mapping[str, Callable[[], Drawing]] = {"logo-dark": marks.dark_logo, "logo-light": marks.light_logo}
# Fainter than this is no part of the product.
_FAINTEST = 3


def cut_out(drawing: Drawing) -> pyvips.Image:
    """The drawing as RGBA, without the empty margin around it."""
    picture = pyvips.Image.svgload_buffer(drawing.svg().encode())
    left, top, width, height = picture[3].find_trim(background=0, threshold=_FAINTEST)
    return picture.crop(left, top, width, height)


def rendered(drawing: Drawing) -> bytes:
    """The cut-out as PNG."""
    return bytes(cut_out(drawing).pngsave_buffer(palette=True, Q=95, dither=1.0, effort=10, compression=9, keep="none"))


def main() -> None:
    """Write every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out: Path = parser.parse_args().out
    for folder, drawings in (("products", PICTURES), ("logos", LOGOS)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, draw in drawings.items():
            (out / folder / f"{name}.png").write_bytes(rendered(draw()))


if __name__ == "__main__":
    main()
