"""Text set by Pango: the mask of its glyphs, where its ink lies, and how many lines it came to."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyvips

from worker.compositing import font_pack
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Levels

# Pango puts every glyph on a whole pixel. Below these sizes (pixels of an em) that is seen as uneven spacing: small
# text is set several times as large and scaled down.
_OVERSAMPLED = ((20.0, 4), (56.0, 2))
# Pango counts in 1024ths of a point, which is a pixel at 72 dpi.
_PANGO_UNITS = 1024
# So far apart, no line's ink reaches another's, and the gaps between them count the lines.
_FAR = 4.0
_GAP = 1.2
# A line of two scripts is a little higher than others. Over so few lines that cannot add up to one.
_SURE = 4
_BEYOND_LATIN = "\u0250"


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set; ``size`` in pixels of an em, ``line_height`` in sizes, ``letter_spacing`` in ems."""

    family: str
    weight: int
    language: str
    size: float
    line_height: float
    letter_spacing: float
    align: str
    """``low`` is where a line begins, ``high`` where it ends."""
    color: str
    """``#rrggbb``; told to Pango where pictographs bring colours of their own."""
    has_pictographs: bool

    def sized(self, size: float) -> Style:
        """The same at another size."""
        return replace(self, size=size)

    @property
    def pitch(self) -> float:
        """Pixels from one baseline to the next."""
        return self.size * self.line_height


@dataclass(frozen=True, slots=True)
class Extent:
    """What a text needs: the width of its ink and how many lines it breaks into."""

    width: int
    lines: int


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as pixels: its coverage, ``(height, width)``, or RGBA, ``(height, width, 4)``, where it has pictographs.

    ``ink`` is where the pixels lie, from the top left of the box that the text was set into.
    """

    levels: Levels
    ink: Rectangle
    lines: int
    height: float
    """Of its lines, in pixels: what the text takes up in a layout."""


def measure(text: str, style: Style, width: int) -> Extent:
    """How wide and how many lines a text is, without the cost of putting its pixels in place."""
    scale = _scale(style.size)
    image = _typeset(text, style, width * scale, scale, _FAR)
    if image is None:
        return Extent(0, 0)
    size = style.size * scale
    lines = 1 + int((image.yoffset + image.height - 1) // (_FAR * size))
    if lines > _SURE and not _of_one_script(text):
        lines = _counted(image, size)
    return Extent(-(-image.width // scale), lines)


def _of_one_script(text: str) -> bool:
    """Whether a text has nothing but Latin letters and punctuation, and so lines of one height."""
    return all(character < _BEYOND_LATIN or "\u2000" <= character <= "\u206f" for character in text)


def _counted(image: pyvips.Image, size: float) -> int:
    """The lines of a text that was set with its lines far apart, by the gaps between them."""
    mask = image.numpy().reshape(image.height, image.width, image.bands)[..., -1]
    gaps = np.diff(np.flatnonzero(mask.any(axis=1)))
    far = gaps[gaps > _GAP * size]
    # An empty line between two paragraphs leaves a gap of twice the distance.
    return 1 + int(np.maximum(1, np.rint(far / (_FAR * size))).sum())


def typeset(text: str, style: Style, width: int, lines: int) -> Setting:
    """The text's pixels, its lines broken at ``width``; how many they are is known from measuring."""
    scale = _scale(style.size)
    image = _typeset(text, style, width * scale, scale, style.line_height)
    height = (lines - 1) * style.pitch + max(style.pitch, style.size)
    if image is None:
        return Setting(np.zeros((0, 0), np.uint8), Rectangle(0, 0, 0, 0), 0, height)
    left, top = image.xoffset, image.yoffset
    if scale > 1:
        image, left, top = _reduced(image, left, top, scale)
    levels: Levels = image.numpy().reshape(image.height, image.width, image.bands)
    ink = Rectangle(left, top, image.width, image.height)
    return Setting(levels[..., 0] if image.bands == 1 else levels, ink, lines, height)


def _scale(size: float) -> int:
    return next((scale for below, scale in _OVERSAMPLED if size < below), 1)


def _typeset(text: str, style: Style, width: int, scale: int, line_height: float) -> pyvips.Image | None:
    """Pango's picture at ``scale`` times the size; none of a text without ink."""
    size = style.size * scale
    attributes = {
        "lang": style.language,
        "weight": style.weight,
        "line_height": max(_PANGO_UNITS, round(size * line_height * _PANGO_UNITS)),
        "letter_spacing": round(size * style.letter_spacing * _PANGO_UNITS),
        "foreground": style.color,
    }
    span = " ".join(f'{name}="{html.escape(str(value))}"' for name, value in attributes.items())
    try:
        image: pyvips.Image = pyvips.Image.text(
            f"<span {span}>{html.escape(text, quote=False)}</span>",
            font=font_pack.description(style.family, size),
            width=width,
            dpi=72,
            align=style.align,
            wrap="word",
            rgba=style.has_pictographs,
        )
    except pyvips.Error as error:
        if "no text to render" in str(error):
            return None
        raise
    return image


def _reduced(image: pyvips.Image, left: int, top: int, scale: int) -> tuple[pyvips.Image, int, int]:
    """Scaled down on the grid of the pixels that it will lie on."""
    inner_left, inner_top = left % scale, top % scale
    width = -(-(inner_left + image.width) // scale)
    height = -(-(inner_top + image.height) // scale)
    padded = image.embed(inner_left, inner_top, width * scale, height * scale)
    if padded.bands == 1:
        small = padded.shrink(scale, scale)
    else:
        small = padded.premultiply().shrink(scale, scale).unpremultiply().rint().cast("uchar")
    return small, (left - inner_left) // scale, (top - inner_top) // scale


@cache
def use_pack() -> bool:
    """Let Pango know the pack's fonts; whether it does. It does not in a process that has set text before.

    fontconfig is asked for a name that only the pack's configuration knows.
    """
    with font_pack.configured():
        made_up, meant, plain = (
            pyvips.Image.text("Bottega", font=f"{family}, 40", dpi=72)
            for family in (font_pack.PROBE, font_pack.PROBED, "Noto Sans")
        )
    return bool(made_up.width == meant.width != plain.width)
