"""Text as pictures, in a typeface that comes with the package: the same on every machine."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyvips

_FONTS = Path(__file__).with_name("fonts")

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks: ``size`` and ``pitch``, the distance between baselines, in pixels."""

    size: int
    pitch: int
    colour: Colour
    weight: str = "Regular"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text as RGBA, trimmed to its ink, which begins ``top`` pixels below the paragraph's top edge.

    ``height`` counts whole lines, so that what follows stands where it does for any letters.
    """

    picture: pyvips.Image
    top: int
    height: int


def typeset(text: str, style: Style, width: int) -> Paragraph:
    """The text, broken to ``width`` pixels. Letters are Inter's, pictographs Noto Emoji's."""
    _register_pictographs()
    mask = pyvips.Image.text(
        html.escape(text.strip(), quote=False) or " ",
        font=f"Inter {'Semi-Bold ' if style.weight == 'SemiBold' else ''}{style.size}",
        fontfile=str(_FONTS / f"Inter-{style.weight}.otf"),
        width=width,
        dpi=72,
        spacing=style.pitch - _natural_pitch(style.size),
        wrap=pyvips.enums.TextWrap.WORD_CHAR,
    )
    solid = mask.new_from_image(list(style.colour)).copy(interpretation="srgb")
    # The ink of the last line ends at its baseline or a descender below.
    lines = 1 + round((mask.yoffset + mask.height - style.size) / style.pitch)
    return Paragraph(solid.bandjoin(mask), mask.yoffset, lines * style.pitch)


def block(width: int, height: int, colour: Colour) -> pyvips.Image:
    """A rectangle of one colour, as RGB."""
    return pyvips.Image.black(width, height).new_from_image(list(colour)).copy(interpretation="srgb").cast("uchar")


@cache
def _register_pictographs() -> None:
    # libvips takes one font file a call; one that was named once is there for every later text.
    pyvips.Image.text(" .", fontfile=str(_FONTS / "NotoEmoji-Regular.ttf"))


def _natural_pitch(size: int) -> int:
    """Inter's own distance between baselines: ascender and descender, in whole pixels as Pango lays them out."""
    return math.ceil(0.96875 * size) + math.ceil(0.2412 * size)
