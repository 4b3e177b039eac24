"""The largest size at which a text fits its box."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from worker.compositing import languages
from worker.compositing.setting import Extent, Setting, Style, measure, typeset

# Sizes are tried in whole pixels, small ones in halves.
_SMALL = 24
_REMEMBERED = 4096
_BALANCED_LINES = 4
_BALANCED_STEPS = 48
# So small a setting costs little, and is large enough to be set as it is.
_ROUGH_SIZE = 56.0


@dataclass(frozen=True, slots=True)
class Room:
    """What a text may take up, in pixels and lines."""

    width: int
    height: int
    max_lines: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """A text that fits: as it was set, at which size, and between which sides (pixels from one to the other)."""

    setting: Setting
    size: float
    width: int

    @property
    def nbytes(self) -> int:
        """What it takes up in memory."""
        return self.setting.levels.nbytes


class DoesNotFit(ValueError):
    """At its smallest size the text is larger than its box."""


def fit(text: str, style: Style, room: Room, size_min: float, size_max: float) -> Fit:
    """Set the text as large as it fits.

    The lines of a headline are about as long as each other. Lines break between phrases where a language has them;
    only where no size would fit so, between characters.
    Raises ``DoesNotFit``.
    """
    loose = languages.with_break_opportunities(text, style.language, by_phrase=True)
    tight = loose
    if languages.has_phrases(style.language):
        tight = languages.with_break_opportunities(text, style.language, by_phrase=False)
    sizes = tuple(_sizes(size_min, size_max))
    for written in dict.fromkeys((loose, tight)):
        size = _largest(written, style, room, sizes)
        while size is not None:
            lines = measure_at(written, style.sized(size), room.width).lines
            width = _balanced(written, style.sized(size), room.width, lines)
            setting = typeset(written, style.sized(size), width, lines)
            if setting.ink.height <= room.height and setting.ink.width <= room.width:
                return Fit(setting, size, width)
            # Marks above and tails below may reach out of the lines' own height.
            size = max((each for each in sizes if each < size), default=None)
    raise DoesNotFit(_reason(tight, style.sized(sizes[0]), room))


@lru_cache(_REMEMBERED)
def measure_at(text: str, style: Style, width: int) -> Extent:
    """What the text needs. Remembered: a campaign sets the same words again and again."""
    return measure(text, style, width)


def _sizes(size_min: float, size_max: float) -> Iterator[float]:
    """Every size that is tried, growing; the least and the most among them."""
    size = size_min
    while size < size_max:
        yield size
        size = min(size_max, size + 0.5 if size < _SMALL else float(int(size) + 1))
    yield size_max


def _largest(text: str, style: Style, room: Room, sizes: tuple[float, ...]) -> float | None:
    """The largest size that fits; none if the smallest does not.

    Roughly known from a small setting, then found by measuring what is near.
    """

    def fits(index: int) -> bool:
        at = style.sized(sizes[index])
        return _fits(measure_at(text, at, room.width), at, room)

    def fits_roughly(index: int) -> bool:
        at = style.sized(sizes[index])
        return _fits(_rough(text, at, room.width), at, room)

    guess = max(0, _last(fits_roughly, -1, len(sizes)))
    if fits(guess):
        end = next((index for index in range(guess + 1, len(sizes)) if not fits(index)), len(sizes))
        return sizes[end - 1]
    found = _last(fits, -1, guess)
    return sizes[found] if found >= 0 else None


def _last(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The last index below ``high`` of which something holds, ``low`` if of none: the very last, or by bisection."""
    high -= 1
    if high > low and holds(high):
        return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _rough(text: str, style: Style, width: int) -> Extent:
    """About what a text needs, by a setting of one small size: Pango knows those letters already."""
    scale = style.size / _ROUGH_SIZE
    extent = measure_at(text, style.sized(_ROUGH_SIZE), max(1, round(width / scale)))
    return Extent(round(extent.width * scale), extent.lines)


def _balanced(text: str, style: Style, width: int, lines: int) -> int:
    """The width at which the few lines of a headline are about as long as each other: no last word stands alone."""
    if not 1 < lines <= _BALANCED_LINES:
        return width
    low, high = width // lines, width
    while high - low > width // _BALANCED_STEPS:
        middle = (low + high) // 2
        extent = _rough(text, style, middle)
        low, high = (low, middle) if extent.lines == lines and extent.width <= middle else (middle, high)
    for narrow in (high, high + width // _BALANCED_STEPS):
        extent = measure_at(text, style, narrow)
        if narrow < width and extent.lines == lines and extent.width <= narrow:
            return narrow
    return width


def _fits(extent: Extent, style: Style, room: Room) -> bool:
    return (
        extent.width <= room.width
        and _height(extent.lines, style) <= room.height
        and (room.max_lines is None or extent.lines <= room.max_lines)
    )


def _height(lines: int, style: Style) -> float:
    return (lines - 1) * style.pitch + max(style.pitch, style.size)


def _reason(text: str, style: Style, room: Room) -> str:
    extent = measure_at(text, style, room.width)
    # Ink may be higher than its lines are.
    ink = typeset(text, style, room.width, extent.lines).ink
    height = max(math.ceil(_height(extent.lines, style)), ink.height)
    needs = f"at the smallest size, {style.size:g} px, it needs {extent.width} x {height} px"
    reason = f"does not fit: {needs} of {room.width} x {room.height}"
    if room.max_lines is not None and extent.lines > room.max_lines:
        reason += f", and {extent.lines} lines of {room.max_lines}"
    return reason
