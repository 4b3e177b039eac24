"""A template on one canvas, in pixels: what is left is to fill in a row's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.campaigns.design.sizes import Size

Value = str | Mapping[str, Any]
"""Of a text field the text, of an image field a file reference: ``{"upload": id}``, ``{"job": id, "output": 0}``."""


@dataclass(frozen=True, slots=True)
class PlacedLayer:
    """A layer in pixels, and what is still to be filled in."""

    document: dict[str, Any]
    kind: str
    slot: str | None
    """``text`` or ``image``: what the field's value becomes. None: nothing is missing."""
    field: str | None
    fallback: Value | None
    when: str | None
    change: Callable[[str], str] | None = None
    only_generated: bool = False
    """Shown where something in the creative was generated."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A template on one canvas."""

    size: Size
    locale: str
    canvas: dict[str, Any]
    layers: Sequence[PlacedLayer]

    def scene(self, values: Mapping[str, Value], *, generated: bool) -> dict[str, Any]:
        """A composite's ``canvas`` and ``layers``. ``generated``: whether anything in it was.

        A field that is empty or not there shows its layer's own text or picture, or else nothing.
        """
        drawn = []
        for layer in self.layers:
            if layer.when is not None and not values.get(layer.when):
                continue
            if layer.only_generated and not generated:
                continue
            if layer.slot is None:
                drawn.append(layer.document)
                continue
            value = (values.get(layer.field) if layer.field is not None else None) or layer.fallback
            if not value:
                continue
            if layer.change is not None and isinstance(value, str):
                value = layer.change(value)
            drawn.append({**layer.document, layer.slot: value})
        return {"canvas": self.canvas, "layers": drawn}

    def boxes(self, field: str) -> list[tuple[int, int]]:
        """Width and height of every box in which a field's picture is drawn."""
        return [
            (layer.document["box"]["width"], layer.document["box"]["height"])
            for layer in self.layers
            if layer.field == field
        ]

    def shown(self) -> frozenset[str]:
        """The fields that some layer shows on this canvas."""
        return frozenset(layer.field for layer in self.layers if layer.field is not None)
