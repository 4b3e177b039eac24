"""The canvases of a campaign: by their pixels, by what a platform calls them, or by a sheet of paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from shared.catalog.inputs.scene import MAX_SIDE
from shared.errors import InputRefused
from shared.storage.formats import MAX_PIXELS

_LEAST_SIDE = 16
_LEAST_DPI, _MOST_DPI = 36, 1200
_PIXELS = re.compile(r"(\d{1,5})x(\d{1,5})(?:@(\d{2,4})dpi)?")
_SHEET = re.compile(r"([a-z]+\d?)-(\d{2,4})dpi(-landscape)?")
_MILLIMETRES_OF_AN_INCH = 25.4

ASPECTS = ("square", "portrait", "story", "skyscraper", "landscape", "leaderboard", "print")
"""What the overrides of a layout are keyed by."""

NAMED: Mapping[str, tuple[int, int]] = {
    "instagram-post": (1080, 1080),
    "instagram-portrait": (1080, 1350),
    "story": (1080, 1920),
    "instagram-story": (1080, 1920),
    "reel": (1080, 1920),
    "tiktok": (1080, 1920),
    "facebook-link": (1200, 628),
    "facebook-post": (1200, 630),
    "x-post": (1600, 900),
    "linkedin-post": (1200, 627),
    "pinterest-pin": (1000, 1500),
    "youtube-thumbnail": (1280, 720),
    "google-landscape": (1200, 628),
    "google-square": (1200, 1200),
    "google-portrait": (960, 1200),
    "leaderboard": (728, 90),
    "large-leaderboard": (970, 90),
    "billboard": (970, 250),
    "mobile-banner": (320, 50),
    "medium-rectangle": (300, 250),
    "large-rectangle": (336, 280),
    "skyscraper": (160, 600),
    "half-page": (300, 600),
    "email-header": (1200, 400),
}
"""Pixels, by what platforms call them."""
SHEETS: Mapping[str, tuple[float, float]] = {
    "a2": (420, 594),
    "a3": (297, 420),
    "a4": (210, 297),
    "a5": (148, 210),
    "a6": (105, 148),
    "letter": (215.9, 279.4),
    "legal": (215.9, 355.6),
    "tabloid": (279.4, 431.8),
}
"""Millimetres, upright (ISO 216; ANSI/ASME Y14.1)."""

_STORY_TOP, _STORY_BOTTOM = 0.14, 0.20


@dataclass(frozen=True, slots=True)
class Size:
    """A canvas."""

    name: str
    """As it was asked for: ``story``, ``1080x1920``, ``a4-300dpi``."""
    width: int
    """Pixels, as the height."""
    height: int
    dpi: int | None = None

    @property
    def shorter(self) -> int:
        """The side that ``vmin`` is a percentage of."""
        return min(self.width, self.height)

    @property
    def aspects(self) -> tuple[str, ...]:
        """The classes that it belongs to, in the order in which their overrides apply."""
        shape = _aspect(self.width / self.height)
        classes = ("story", shape) if shape == "skyscraper" else (shape,)
        return classes if self.dpi is None else (*classes, "print")

    @property
    def keys(self) -> tuple[str, ...]:
        """Its classes, then its own pixels: the last of a layout's overrides to apply."""
        return (*self.aspects, f"{self.width}x{self.height}")

    @property
    def platform_margins(self) -> tuple[float, float, float, float]:
        """What a platform lays its own buttons over, as fractions: left, top, right, bottom."""
        is_story = self.dpi is None and abs(self.width / self.height - 9 / 16) < 0.01 and self.width >= 360
        return (0.0, _STORY_TOP, 0.0, _STORY_BOTTOM) if is_story else (0.0, 0.0, 0.0, 0.0)


def _aspect(ratio: float) -> str:
    if ratio < 0.42:
        return "skyscraper"
    if ratio < 0.65:
        return "story"
    if ratio < 0.85:
        return "portrait"
    if ratio <= 1.25:
        return "square"
    return "landscape" if ratio <= 3 else "leaderboard"


def read_size(name: str, path: str = "size") -> Size:
    """A canvas by its name. Raises ``InputRefused`` on ``path``, with what was likely meant."""
    written = name.strip().lower().replace("\u00d7", "x").replace(" ", "")
    if written in NAMED:
        return Size(written, *NAMED[written])
    if found := _PIXELS.fullmatch(written):
        dpi = int(found[3]) if found[3] else None
        return _within_limits(Size(written, int(found[1]), int(found[2]), dpi), path)
    found = _SHEET.fullmatch(written)
    if found and found[1] in SHEETS:
        dpi = int(found[2])
        sides = [round(side / _MILLIMETRES_OF_AN_INCH * dpi) for side in SHEETS[found[1]]]
        width, height = reversed(sides) if found[3] else sides
        return _within_limits(Size(written, width, height, dpi), path)
    close = get_close_matches(written, NAMED, n=1)
    meant = f"did you mean {close[0]!r}?" if close else f"names are: {', '.join(NAMED)}"
    raise InputRefused.of(path, f"{name!r} is no size: pixels as 1080x1080, a sheet as a4-300dpi, or a name; {meant}")


def _within_limits(size: Size, path: str) -> Size:
    if not all(_LEAST_SIDE <= side <= MAX_SIDE for side in (size.width, size.height)):
        raise InputRefused.of(
            path, f"{size.name}: each side has {_LEAST_SIDE} to {MAX_SIDE:,} pixels, not {size.width} x {size.height}"
        )
    if size.width * size.height > MAX_PIXELS:
        raise InputRefused.of(
            path, f"{size.name} has {size.width * size.height:,} pixels; {MAX_PIXELS:,} at most are drawn"
        )
    if size.dpi is not None and not _LEAST_DPI <= size.dpi <= _MOST_DPI:
        raise InputRefused.of(path, f"{size.name}: {_LEAST_DPI} to {_MOST_DPI} dpi, not {size.dpi}")
    return size
