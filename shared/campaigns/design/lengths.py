"""Lengths and boxes of a layout: relative to a canvas that is not known yet.

A length is a number, a fraction of the side that it runs along (``0.06``); or a text with its unit: ``"6%"``, percent
of the same; ``"6vmin"``, percent of the canvas' shorter side; ``"24px"``, pixels. A box lies at an anchor: the point
of its area with which the same point of the box falls together, moved inwards by ``x`` and ``y``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

_WRITTEN = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(%|vmin|px)\s*")
_HOW = "is a fraction such as 0.06, or text with a unit: 6%, 6vmin or 24px"
_MOST = {"": 8.0, "%": 800.0, "vmin": 800.0, "px": 24_000.0}


class Unit(StrEnum):
    """What a length is counted in."""

    FRACTION = ""
    """Of the side that it runs along."""
    PERCENT = "%"
    SHORTER = "vmin"
    """Percent of the canvas' shorter side."""
    PIXELS = "px"


@dataclass(frozen=True, slots=True)
class Length:
    """A length on a canvas of any size."""

    value: float
    unit: Unit = Unit.FRACTION

    def pixels(self, side: float, shorter: float) -> float:
        """On a canvas whose shorter side is ``shorter``, along a side of ``side`` pixels."""
        match self.unit:
            case Unit.FRACTION:
                return self.value * side
            case Unit.PERCENT:
                return self.value / 100 * side
            case Unit.SHORTER:
                return self.value / 100 * shorter
            case Unit.PIXELS:
                return self.value

    def written(self) -> float | str:
        """As a layout says it."""
        return self.value if self.unit is Unit.FRACTION else f"{self.value:.10g}{self.unit}"


def _read(given: Any) -> Length:
    if isinstance(given, Length):
        return given
    if isinstance(given, int | float) and not isinstance(given, bool) and math.isfinite(given):
        length = Length(float(given))
    elif isinstance(given, str) and (found := _WRITTEN.fullmatch(given)):
        length = Length(float(found[1]), Unit(found[2]))
    else:
        raise ValueError(_HOW)
    most = _MOST[length.unit]
    if abs(length.value) > most:
        raise ValueError(f"must be between {-most:g}{length.unit} and {most:g}{length.unit}")
    return length


def _above_zero(length: Length) -> Length:
    if length.value <= 0:
        raise ValueError("must be above 0")
    return length


def _not_below_zero(length: Length) -> Length:
    if length.value < 0:
        raise ValueError("must be 0 at least")
    return length


def _of_the_canvas(length: Length) -> Length:
    if length.unit not in (Unit.SHORTER, Unit.PIXELS):
        raise ValueError("is text with a unit: 6vmin, percent of the canvas' shorter side, or 24px")
    return length


_AS_JSON = (
    BeforeValidator(_read),
    PlainSerializer(Length.written),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?\d+(\.\d+)?(%|vmin|px)$"}]}),
)
Offset = Annotated[Length, *_AS_JSON]
Extent = Annotated[Length, *_AS_JSON, AfterValidator(_above_zero)]
Margin = Annotated[Length, *_AS_JSON, AfterValidator(_not_below_zero)]
TypeSize = Annotated[Length, *_AS_JSON, AfterValidator(_above_zero), AfterValidator(_of_the_canvas)]
"""There is no side that it runs along: it has a unit."""
Distance = Annotated[Length, *_AS_JSON, AfterValidator(_of_the_canvas)]

Anchor = Literal[
    "top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"
]  # fmt: skip
_MIRRORED = {"left": "right", "right": "left"}


class Part(BaseModel):
    """A part of a layout or a brand kit. Frozen and strict about names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in pixels, not rounded yet."""

    x: float
    y: float
    width: float
    height: float

    def rounded(self) -> dict[str, int]:
        """Whole pixels by its edges, so that boxes which touch go on touching."""
        left, top = round(self.x), round(self.y)
        return {
            "x": left,
            "y": top,
            "width": max(1, round(self.x + self.width) - left),
            "height": max(1, round(self.y + self.height) - top),
        }

    def inset(self, left: float, top: float, right: float, bottom: float) -> Area:
        """What is left of it without its margins."""
        return Area(self.x + left, self.y + top, self.width - left - right, self.height - top - bottom)

    def common(self, other: Area) -> Area:
        """What both have; of no width or height if nothing."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = (
            min(self.x + self.width, other.x + other.width),
            min(self.y + self.height, other.y + other.height),
        )
        return Area(x, y, max(0.0, right - x), max(0.0, bottom - y))


class Box(Part):
    """Where a layer lies. Left out, it fills its area."""

    anchor: Anchor = Field(default="top-left", description="Which point of the area and of the box fall together.")
    x: Offset = Field(
        default=Length(0.0),
        description="Moved inwards by so much; with an anchor in the middle, to the right.",
    )
    y: Offset = Field(default=Length(0.0), description="The same vertically; with an anchor in the middle, down.")
    width: Extent = Length(1.0)
    height: Extent = Length(1.0)

    def placed(self, area: Area, shorter: float) -> Area:
        """In pixels; lengths are those of the area, ``vmin`` those of a canvas whose shorter side is ``shorter``."""
        width, height = self.width.pixels(area.width, shorter), self.height.pixels(area.height, shorter)
        x, y = self.x.pixels(area.width, shorter), self.y.pixels(area.height, shorter)
        return Area(
            area.x + _start(self.anchor, ("left", "right"), x, area.width, width),
            area.y + _start(self.anchor, ("top", "bottom"), y, area.height, height),
            width,
            height,
        )

    def mirrored(self) -> Box:
        """The same from the other side. Mirrored twice, it is itself."""
        vertical, _, horizontal = self.anchor.rpartition("-")
        if horizontal in _MIRRORED:
            other = _MIRRORED[horizontal]
            return self.model_copy(update={"anchor": f"{vertical}-{other}" if vertical else other})
        # Moved out of the middle.
        return self.model_copy(update={"x": Length(-self.x.value or 0.0, self.x.unit)})


def _start(anchor: str, ends: tuple[str, str], offset: float, whole: float, part: float) -> float:
    first, last = ends
    names = anchor.split("-")
    if first in names:
        return offset
    if last in names:
        return whole - part - offset
    return (whole - part) / 2 + offset
