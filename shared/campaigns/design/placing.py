"""A layout on one canvas, in one locale and one look: in pixels, ready for the values of any row.

``compiled`` does once what all creatives of one template, size and locale share; ``Placed.scene`` only fills in.
"""

from __future__ import annotations

from typing import Any

from shared.campaigns.design.colors import resolved
from shared.campaigns.design.labels import by_locale, label_in
from shared.campaigns.design.languages import runs_to_the_left, uppercased
from shared.campaigns.design.layers import (
    BaseLayer,
    GeneratedLayer,
    GradientLayer,
    ImageLayer,
    LabelLayer,
    Layer,
    LogoLayer,
    PictureLook,
    ShadowLook,
    ShapeLayer,
    TextLayer,
    TypeLook,
)
from shared.campaigns.design.layout import CanvasLook, Layout
from shared.campaigns.design.lengths import Area, Length
from shared.campaigns.design.look import Look
from shared.campaigns.design.placed import Placed, PlacedLayer
from shared.campaigns.design.sizes import Size
from shared.errors import InputRefused

_LEAST_TYPE = 8.0
"""Pixels of an em: nothing is set smaller, whatever a layout says."""
_MOST_TYPE = 2000.0
_CSS_DPI = 96
_LARGE, _LARGE_BOLD = 24.0, 18.66
_BOLD = 700
_OTHER_SIDE = {"left": "right", "right": "left"}


def compiled(layout: Layout, size: Size, locale: str, look: Look) -> Placed:
    """Place every layer. Raises ``InputRefused`` for one that cannot be drawn on this canvas."""
    return _Placing(layout, size, locale, look).placed()


class _Placing:
    """One layout, canvas, locale and look."""

    def __init__(self, layout: Layout, size: Size, locale: str, look: Look) -> None:
        self._layout, self._size, self._locale, self._look = layout, size, locale, look
        self._canvas = layout.canvas_on(size)
        self._whole = Area(0, 0, size.width, size.height)
        self._safe = _safe_area(self._canvas, size)
        self._mirrors = runs_to_the_left(locale)

    def placed(self) -> Placed:
        layers = [self._layer(layer) for layer in self._layout.layers_on(self._size)]
        document = {
            "width": self._size.width,
            "height": self._size.height,
            "background": self._color(self._canvas.background)[:7],
            "dpi": self._size.dpi,
        }
        if self._safe != self._whole:
            document["safe"] = self._safe.rounded()
        kept = {name: value for name, value in document.items() if value is not None}
        return Placed(self._size, self._locale, kept, [layer for layer in layers if layer is not None])

    def _layer(self, layer: Layer) -> PlacedLayer | None:
        match layer:
            case GeneratedLayer() | ImageLayer():
                return self._picture(layer)
            case TextLayer():
                fallback = None if layer.text is None else by_locale(layer.text, self._locale) or layer.text["default"]
                return self._text(layer, layer.field, fallback)
            case LabelLayer():
                words = None if layer.text is None else by_locale(layer.text, self._locale) or layer.text["default"]
                return self._text(layer, None, words or label_in(self._locale))
            case LogoLayer():
                return self._logo(layer)
            case ShapeLayer() | GradientLayer():
                return self._shape(layer)

    def _picture(self, layer: GeneratedLayer | ImageLayer) -> PlacedLayer:
        area, mirrored = self._area(layer)
        document = {
            **self._base(layer, area),
            "kind": "image",
            "fit": layer.fit,
            "trim": layer.trim if isinstance(layer, ImageLayer) else False,
            "radius": self._radius(layer.radius, area),
            **_picture_places(layer, mirror=mirrored),
            "shadow": self._shadow(layer.shadow),
        }
        upload = layer.upload if isinstance(layer, ImageLayer) else None
        fallback = None if upload is None else {"upload": str(upload)}
        return PlacedLayer(_given(document), layer.kind, "image", layer.field, fallback, layer.when)

    def _text(self, layer: TextLayer | LabelLayer, field: str | None, fallback: str | None) -> PlacedLayer:
        placed, mirrored = self._area(layer)
        # Text keeps clear of what is not safe: a box that reaches out of it is cut.
        area = placed.common(self._safe)
        if min(area.width, area.height) < 1:
            raise InputRefused.of(layer.name, f"lies outside of what is safe on {self._size.name}")
        document = {**self._base(layer, area), "kind": "text", "language": self._locale, **self._type(layer, area)}
        if mirrored and layer.align in _OTHER_SIDE:
            document["align"] = _OTHER_SIDE[layer.align]
        return PlacedLayer(
            _given(document),
            layer.kind,
            "text",
            field,
            fallback,
            layer.when,
            uppercased(self._locale) if layer.case == "upper" else None,
            only_generated=isinstance(layer, LabelLayer) and not layer.always,
        )

    def _type(self, layer: TypeLook, area: Area) -> dict[str, Any]:
        """How it is set."""
        font = self._look.fonts[layer.font]
        weight = font.weight if layer.weight is None else layer.weight
        least = min(max(self._length(layer.size.min), _LEAST_TYPE), _MOST_TYPE)
        most = min(max(self._length(layer.size.max), least), _MOST_TYPE)
        plate = layer.plate
        return {
            "family": font.family,
            "weight": weight,
            "color": self._color(layer.color),
            "size_max": round(most, 2),
            "size_min": round(least, 2),
            "line_height": layer.line_height,
            "letter_spacing": layer.letter_spacing,
            "max_lines": layer.max_lines,
            "align": layer.align,
            "valign": layer.valign,
            "contrast": self._contrast(layer, least, weight),
            "scrim": None if layer.scrim is None else self._color(layer.scrim),
            "shadow": self._shadow(layer.shadow),
            "plate": None
            if plate is None
            else {
                "paint": plate.fill.paint(self._look.palette, mirror=self._mirrors and layer.mirror),
                "padding_x": min(2000, round(plate.padding_x.pixels(area.width, self._size.shorter))),
                "padding_y": min(2000, round(plate.padding_y.pixels(area.height, self._size.shorter))),
                "radius": min(2000, self._radius(plate.radius, area)),
            },
        }

    def _contrast(self, layer: TypeLook, least: float, weight: int) -> float:
        """As asked; else WCAG 2.2's 4.5, and 3 for large type (18 pt, 14 pt bold, at 96 dpi or the sheet's own)."""
        if layer.contrast is not None:
            return layer.contrast
        seen = least * _CSS_DPI / (self._size.dpi or _CSS_DPI)
        return 3.0 if seen >= (_LARGE_BOLD if weight >= _BOLD else _LARGE) else 4.5

    def _logo(self, layer: LogoLayer) -> PlacedLayer | None:
        ground = self._color(layer.ground or self._canvas.background)
        logo = self._look.logo_on(ground, layer.variant)
        if logo is None:
            return None
        area, mirrored = self._area(layer)
        clear = min(0.49, logo.clear_space) * min(area.width, area.height)
        inner = area.inset(clear, clear, clear, clear).common(self._whole)
        if inner.height < logo.min_height or inner.width < 1:
            raise InputRefused.of(
                layer.name,
                f"has {max(0, round(inner.height))} pixels of height within its clear space on {self._size.name}; "
                f"the brand kit asks for {logo.min_height} at least",
            )
        document = {
            **self._base(layer, inner),
            "kind": "image",
            "fit": "contain",
            "trim": True,
            "align_x": 1 - layer.align_x if mirrored else layer.align_x,
            "align_y": layer.align_y,
        }
        return PlacedLayer(document, layer.kind, "image", None, {"upload": str(logo.upload)}, layer.when)

    def _shape(self, layer: ShapeLayer | GradientLayer) -> PlacedLayer:
        area, mirrored = self._area(layer)
        document = {
            **self._base(layer, area),
            "kind": "shape",
            "paint": layer.fill.paint(self._look.palette, mirror=mirrored),
        }
        if isinstance(layer, ShapeLayer):
            document |= {
                "form": layer.form,
                "radius": self._radius(layer.radius, area),
                "shadow": self._shadow(layer.shadow),
            }
        return PlacedLayer(_given(document), layer.kind, None, None, None, layer.when)

    def _area(self, layer: BaseLayer) -> tuple[Area, bool]:
        """Where it lies, and whether that is on the other side."""
        mirrored = self._mirrors and layer.mirror
        box = layer.box.mirrored() if mirrored else layer.box
        within = self._safe if layer.area == "safe" else self._whole
        return box.placed(within, self._size.shorter), mirrored

    def _base(self, layer: BaseLayer, area: Area) -> dict[str, Any]:
        return {"name": layer.name, "box": area.rounded(), "opacity": layer.opacity}

    def _color(self, written: str) -> str:
        return resolved(written, self._look.palette)

    def _length(self, length: Length) -> float:
        return length.pixels(self._size.shorter, self._size.shorter)

    def _radius(self, radius: Length, area: Area) -> int:
        """Percentages and fractions are of the box' shorter side: half of it is the roundest."""
        return round(radius.pixels(min(area.width, area.height), self._size.shorter))

    def _shadow(self, shadow: ShadowLook | None) -> dict[str, Any] | None:
        if shadow is None:
            return None
        blur = round(min(400.0, max(0.0, self._length(shadow.blur))), 2)
        x, y = round(self._length(shadow.x)), round(self._length(shadow.y))
        return {"color": self._color(shadow.color), "blur": blur, "x": x, "y": y}


def _picture_places(layer: PictureLook, *, mirror: bool) -> dict[str, Any]:
    align_x = 1 - layer.align_x if mirror else layer.align_x
    return {"focus_x": layer.focus_x, "focus_y": layer.focus_y, "align_x": align_x, "align_y": layer.align_y}


def _safe_area(canvas: CanvasLook, size: Size) -> Area:
    """The canvas without the platform's margins and the template's own, whichever is larger on each side."""
    left, top, right, bottom = size.platform_margins
    own, shorter = canvas.safe, size.shorter
    return Area(0, 0, size.width, size.height).inset(
        max(left * size.width, own.left.pixels(size.width, shorter)),
        max(top * size.height, own.top.pixels(size.height, shorter)),
        max(right * size.width, own.right.pixels(size.width, shorter)),
        max(bottom * size.height, own.bottom.pixels(size.height, shorter)),
    )


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}
