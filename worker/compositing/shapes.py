"""Rectangles and ellipses, filled with a colour or a gradient, drawn by librsvg."""

from __future__ import annotations

import math

import pyvips

from shared.catalog.inputs.scene import Box, Linear, Paint, Radial, ShapeLayer, Solid, Stop
from worker.compositing.overlay import Overlay, Rectangle, Rgba, flat
from worker.compositing.picture_cache import PictureCache

# A radius that reaches the corners of the square around it.
_TO_THE_CORNERS = 50 * math.sqrt(2)


def drawn(layer: ShapeLayer, cache: PictureCache) -> Overlay:
    """The shape in its place, without its shadow."""
    return filled(layer.paint, layer.box, cache, radius=layer.radius, is_ellipse=layer.form == "ellipse")


def filled(paint: Paint, box: Box, cache: PictureCache, *, radius: int = 0, is_ellipse: bool = False) -> Overlay:
    """A box of a paint, with rounded corners, or the ellipse in it."""
    key = (box.width, box.height, radius, is_ellipse)
    is_plain = not is_ellipse and radius == 0
    if isinstance(paint, Solid):
        color = Rgba.parse(paint.color)
        if is_plain and color.alpha == 255:
            return Overlay(
                flat(color, box.width, box.height), None, Rectangle(box.x, box.y, box.width, box.height), key
            )
        mask = cache.get(("outline", *key), lambda: outline(box.width, box.height, radius, is_ellipse=is_ellipse))
        return Overlay.of_mask(mask, color, box.x, box.y)
    gradient = _gradient(paint, box.width, box.height)
    picture = cache.get(
        ("shape", gradient, *key), lambda: _svg(box.width, box.height, gradient, "url(#g)", radius, is_ellipse)
    )
    return Overlay.of_rgba(picture, box.x, box.y, ("shape", gradient, *key))


def outline(width: int, height: int, radius: int, *, is_ellipse: bool = False) -> pyvips.Image:
    """What a shape covers, one band."""
    if not is_ellipse and radius == 0:
        return (pyvips.Image.black(width, height) + 255).cast("uchar")
    return _svg(width, height, "", "#000", radius, is_ellipse)[3].copy_memory()


def _svg(width: int, height: int, definitions: str, fill: str, radius: int, is_ellipse: bool) -> pyvips.Image:
    if is_ellipse:
        x, y = width / 2, height / 2
        shape = f'<ellipse cx="{x}" cy="{y}" rx="{x}" ry="{y}" fill="{fill}"/>'
    else:
        round_by = min(radius, width / 2, height / 2)
        shape = f'<rect width="{width}" height="{height}" rx="{round_by}" fill="{fill}"/>'
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}"><defs>{definitions}</defs>{shape}</svg>'
    )
    return pyvips.Image.svgload_buffer(document.encode(), unlimited=True).copy_memory()


def _gradient(paint: Linear | Radial, width: int, height: int) -> str:
    stops = "".join(map(_stop, sorted(paint.stops, key=lambda stop: stop.at)))
    if isinstance(paint, Radial):
        return f'<radialGradient id="g" r="{_TO_THE_CORNERS}%">{stops}</radialGradient>'
    x, y = math.sin(math.radians(paint.angle)), -math.cos(math.radians(paint.angle))
    # As in CSS: the line is so long that the corners get the outermost colours.
    half = (abs(width * x) + abs(height * y)) / 2
    begin = f'x1="{width / 2 - x * half}" y1="{height / 2 - y * half}"'
    end = f'x2="{width / 2 + x * half}" y2="{height / 2 + y * half}"'
    return f'<linearGradient id="g" gradientUnits="userSpaceOnUse" {begin} {end}>{stops}</linearGradient>'


def _stop(stop: Stop) -> str:
    color = Rgba.parse(stop.color)
    return f'<stop offset="{stop.at}" stop-color="{color.hex}" stop-opacity="{color.opacity}"/>'
