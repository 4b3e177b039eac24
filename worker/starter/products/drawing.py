"""A vector drawing that is built up layer by layer and written as SVG 1.1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from worker.starter.products.tones import Stops


class Drawing:
    """Shapes on a transparent sheet of ``width`` by ``height`` pixels, bottom to top.

    Attributes of SVG elements are named with underscores: ``stroke_width``. ``blur`` is a standard deviation in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._definitions: dict[tuple[str, str, str], str] = {}
        self._body: list[str] = []

    def linear(self, x1: float, y1: float, x2: float, y2: float, stops: Stops) -> str:
        """A gradient along a line, in pixels, to fill with."""
        place = f'gradientUnits="userSpaceOnUse" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
        return self._defined("linearGradient", place, _stops(stops))

    def radial(self, x: float, y: float, radius: float, stops: Stops) -> str:
        """A gradient from a point outwards, in pixels, to fill with."""
        place = f'gradientUnits="userSpaceOnUse" cx="{x}" cy="{y}" r="{radius}"'
        return self._defined("radialGradient", place, _stops(stops))

    def path(self, d: str, fill: str = "none", blur: float = 0, **attributes: object) -> None:
        """An outline in SVG's path language."""
        self._add(f'<path d="{d}" fill="{fill}"', blur, attributes)

    def line(self, d: str, color: str, width: float, blur: float = 0, **attributes: object) -> None:
        """A stroke with round ends along a path."""
        ends = {"stroke_linecap": "round", "stroke_linejoin": "round"}
        self.path(d, "none", blur, **{**ends, "stroke": color, "stroke_width": width, **attributes})

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, blur: float = 0, **more: object) -> None:
        """An ellipse around ``x``, ``y``."""
        self._add(f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}"', blur, more)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        radius: float = 0,
        blur: float = 0,
        **more: object,
    ) -> None:
        """A rectangle with its top left corner at ``x``, ``y``."""
        place = f'x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}"'
        self._add(f'<rect {place} fill="{fill}"', blur, more)

    @contextmanager
    def clipped(self, d: str) -> Iterator[None]:
        """What is drawn in this block shows only within a path."""
        place = self._defined("clipPath", "", f'<path d="{d}"/>')
        with self._group(f'clip-path="{place}"'):
            yield

    @contextmanager
    def moved(self, transform: str) -> Iterator[None]:
        """What is drawn in this block is turned, moved or scaled, in SVG's words."""
        with self._group(f'transform="{transform}"'):
            yield

    def svg(self) -> str:
        """The whole drawing."""
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        definitions = "".join(
            f'<{tag} id="{name}" {attributes}>{content}</{tag}>'
            for (tag, attributes, content), name in self._definitions.items()
        )
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><defs>{definitions}</defs>{"".join(self._body)}</svg>'

    @contextmanager
    def _group(self, attribute: str) -> Iterator[None]:
        self._body.append(f"<g {attribute}>")
        yield
        self._body.append("</g>")

    def _add(self, opening: str, blur: float, attributes: dict[str, object]) -> None:
        written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
        filtered = f' filter="{self._blurred(blur)}"' if blur else ""
        self._body.append(f"{opening}{written}{filtered}/>")

    def _blurred(self, deviation: float) -> str:
        x, y, width, height = -self.width // 4, -self.height // 4, self.width * 3 // 2, self.height * 3 // 2
        region = f'filterUnits="userSpaceOnUse" x="{x}" y="{y}" width="{width}" height="{height}"'
        return self._defined("filter", region, f'<feGaussianBlur stdDeviation="{deviation}"/>')

    def _defined(self, tag: str, attributes: str, content: str) -> str:
        """Where to find a definition. An equal one is written once."""
        name = self._definitions.setdefault((tag, attributes, content), f"d{len(self._definitions)}")
        return f"url(#{name})"


def _stops(stops: Stops) -> str:
    return "".join(f'<stop offset="{at}" stop-color="{color[:7]}"{_opacity(color)}/>' for at, color in stops)


def _opacity(color: str) -> str:
    return f' stop-opacity="{int(color[7:9], 16) / 255:.3f}"' if len(color) == 9 else ""
