"""Colours of a layout: literal, or by the role that they play in a brand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.campaigns.design.lengths import Part
from shared.catalog.inputs.scene import Color, Fraction

ROLE = r"[a-z][a-z0-9-]{0,39}"
_LITERAL = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
_BY_ROLE = re.compile(rf"brand\.({ROLE})(?:/(0|1|0?\.\d+|1\.0+))?")
Role = Annotated[str, StringConstraints(pattern=f"^{ROLE}$")]


def _known_notation(written: str) -> str:
    if _LITERAL.fullmatch(written) or _BY_ROLE.fullmatch(written):
        return written
    raise ValueError("is a colour such as #0b7a75 or #0b7a75cc, or a role such as brand.primary or brand.primary/0.8")


Paintable = Annotated[str, AfterValidator(_known_notation), Field(max_length=60)]
"""``#rrggbb``, ``#rrggbbaa``, ``brand.<role>`` or ``brand.<role>/<opacity>``."""
Palette = Mapping[Role, Color]


def role_of(written: str) -> str | None:
    """The role that a colour names, if it is no literal."""
    found = _BY_ROLE.fullmatch(written)
    return found[1] if found else None


def resolved(written: str, palette: Mapping[str, str]) -> str:
    """As a scene says it: ``#rrggbb`` or ``#rrggbbaa``. Raises ``KeyError`` for a role that the palette lacks."""
    found = _BY_ROLE.fullmatch(written)
    if found is None:
        return written.lower()
    color = palette[found[1]].lower()
    if found[2] is None:
        return color
    opacity = float(found[2]) * (int(color[7:9], 16) / 255 if len(color) == 9 else 1)
    return f"{color[:7]}{round(opacity * 255):02x}"


def with_readable_partners(colors: Mapping[str, str]) -> dict[str, str]:
    """A brand's colours, and for each without one its ``on-...``: black or white, what is read better on it."""
    partners = {f"on-{role}": readable_on(color) for role, color in colors.items() if not role.startswith("on-")}
    return {**partners, **colors}


def readable_on(color: str) -> str:
    """Black or white, whichever has the greater contrast ratio against an opaque colour (WCAG 2.2)."""
    luminance = luminance_of(color)
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def luminance_of(color: str) -> float:
    """Relative luminance from 0 to 1, as WCAG 2.2 defines it; the opacity does not count."""
    levels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class GradientStop(Part):
    """A colour at a place of a gradient."""

    at: Fraction
    color: Paintable


class Fill(Part):
    """One colour, or a gradient. A colour alone may be written as text."""

    color: Paintable | None = None
    gradient: str | None = Field(default=None, pattern="^(linear|radial)$", description="`linear` or `radial`.")
    angle: float = Field(
        default=180, ge=0, le=360, description="Of a linear gradient, in degrees as in CSS: 0 upwards, 90 to the right."
    )
    stops: tuple[GradientStop, ...] | None = Field(default=None, min_length=2, max_length=8)

    @model_validator(mode="before")
    @classmethod
    def _a_color_alone(cls, given: Any) -> Any:
        return {"color": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Fill:
        if (self.color is None) == (self.gradient is None):
            raise ValueError("has `color`, or `gradient` with `stops`: one of the two")
        if (self.gradient is None) != (self.stops is None):
            raise ValueError("`gradient` and `stops` go together")
        return self

    def paint(self, palette: Mapping[str, str], *, mirror: bool) -> dict[str, Any]:
        """As a scene says it; mirrored, a linear gradient runs the other way."""
        if self.color is not None:
            return {"kind": "solid", "color": resolved(self.color, palette)}
        stops = [{"at": stop.at, "color": resolved(stop.color, palette)} for stop in self.stops or ()]
        if self.gradient == "radial":
            return {"kind": "radial", "stops": stops}
        return {"kind": "linear", "angle": (360 - self.angle) % 360 if mirror else self.angle, "stops": stops}

    def colors(self) -> list[str]:
        """Every colour in it, as written."""
        return [self.color] if self.color is not None else [stop.color for stop in self.stops or ()]
