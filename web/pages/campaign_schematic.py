"""A template as a drawing: its real shapes and colours, with lines for texts and panes for pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.campaigns.design.layout import Layout
from shared.campaigns.design.look import look_of
from shared.campaigns.design.placed import PlacedLayer
from shared.campaigns.design.placing import compiled
from shared.campaigns.design.sizes import Size

_LINE = 0.62
"""How much of a line's height its letters take."""
_MOST_LINES = 3


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle or an ellipse of the drawing, in pixels of the canvas."""

    kind: str
    """``shape``, ``ellipse``, ``line`` of a text, ``pane`` of a picture."""
    x: float
    y: float
    width: float
    height: float
    radius: float
    color: str
    opacity: float

    @property
    def paint(self) -> str:
        """The colour without its alpha, which ``opacity`` has."""
        return self.color[:7]


@dataclass(frozen=True, slots=True)
class Schematic:
    """A drawing of one template on one canvas."""

    width: int
    height: int
    background: str
    marks: tuple[Mark, ...]


def schematic(layout: Layout, size: Size, locale: str = "en") -> Schematic:
    """Draw a template as it lies on a canvas. Raises ``InputRefused``."""
    placed = compiled(layout, size, locale, look_of(layout, None))
    marks = [mark for layer in placed.layers for mark in _marks(layer)]
    return Schematic(size.width, size.height, placed.canvas["background"][:7], tuple(marks))


def _marks(layer: PlacedLayer) -> list[Mark]:
    document = layer.document
    kind = document["kind"]
    if kind == "text":
        return _lines(document)
    box = document["box"]
    paint = document.get("paint") or {}
    color = paint.get("color") or _first(paint) or "#8d7b63"
    mark = "pane" if kind == "image" else "ellipse" if document.get("form") == "ellipse" else "shape"
    opacity = _alpha(color) * float(document.get("opacity", 1))
    if paint.get("kind") in ("linear", "radial"):
        opacity *= 0.5
    radius = float(document.get("radius", 0))
    return [Mark(mark, box["x"], box["y"], box["width"], box["height"], radius, color, opacity)]


def _lines(document: Mapping[str, Any]) -> list[Mark]:
    """A text's box, filled with a few lines from where it begins."""
    box, color = document["box"], document.get("color", "#000000")
    step = float(document["size_max"]) * float(document.get("line_height", 1.15))
    fitting = max(1, min(_MOST_LINES, document.get("max_lines") or _MOST_LINES, int(box["height"] / step)))
    height = min(step, box["height"]) * _LINE
    first = box["y"] + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[document.get("valign", "top")] * (
        box["height"] - fitting * step
    )
    side = {"center": 0.5, "end": 1.0, "right": 1.0}.get(document.get("align", "start"), 0.0)
    marks = []
    for number in range(fitting):
        width = box["width"] * (0.58 if number == fitting - 1 else 0.86)
        x = box["x"] + side * (box["width"] - width)
        marks.append(
            Mark("line", x, max(box["y"], first + number * step), width, height, height / 2, color, _alpha(color))
        )
    return [*_plate(document.get("plate"), marks), *marks]


def _plate(plate: Mapping[str, Any] | None, lines: Sequence[Mark]) -> list[Mark]:
    """The coloured plate behind a text: a button, a tag."""
    if plate is None:
        return []
    paint = plate["paint"]
    color = paint.get("color") or _first(paint) or "#8d7b63"
    across, along = float(plate.get("padding_y", 0)), float(plate.get("padding_x", 0))
    left, top = min(each.x for each in lines), min(each.y for each in lines)
    width = max(each.x + each.width for each in lines) - left
    height = max(each.y + each.height for each in lines) - top
    radius = float(plate.get("radius", 0))
    return [
        Mark("shape", left - along, top - across, width + 2 * along, height + 2 * across, radius, color, _alpha(color))
    ]


def _first(paint: Mapping[str, Any]) -> str | None:
    stops = paint.get("stops") or ()
    return str(max(stops, key=lambda stop: _alpha(stop["color"]))["color"]) if stops else None


def _alpha(color: str) -> float:
    return int(color[7:9], 16) / 255 if len(color) == 9 else 1.0
