"""Rectangles and ellipses, filled with a colour or a gradient, drawn by librsvg."""

from __future__ import annotations

import math

import pyvips

from shared.catalog.inputs.scene import Linear, Paint, Radial, ShapeLayer, Solid, Stop
from worker.compositing.geometry import Rectangle
from worker.compositing.overlay import Overlay, Rgba
from worker.compositing.picture_cache import PictureCache

# A radius that reaches the corners of the square around it.
_TO_THE_CORNERS = 50 * math.sqrt(2)


def drawn(layer: ShapeLayer, cache: PictureCache) -> Overlay:
    """The shape in its place, without its shadow."""
    place = Rectangle.of(layer.box)
    return filled(layer.paint, place, cache, radius=layer.radius, is_ellipse=layer.form == "ellipse")


def filled(
    paint: Paint, place: Rectangle, cache: PictureCache, *, radius: int = 0, is_ellipse: bool = False
) -> Overlay:
    """A place full of a paint, with rounded corners, or the ellipse in it."""
    if isinstance(paint, Solid) and not is_ellipse and radius == 0:
        return Overlay.plain(Rgba.parse(paint.color), place)
    width, height = place.width, place.height
    if isinstance(paint, Solid):
        color = Rgba.parse(paint.color)
        definitions, fill = "", f'fill="{color.hex}" fill-opacity="{color.opacity}"'
    else:
        definitions, fill = _gradient(paint, width, height), 'fill="url(#g)"'
    key = ("shape", width, height, radius, is_ellipse, definitions, fill)
    shape = cache.get(
        key, lambda: Overlay.of_image(_svg(width, height, definitions, fill, radius, is_ellipse=is_ellipse), key)
    )
    return shape.moved(place.x, place.y)


def outline(width: int, height: int, radius: int) -> pyvips.Image:
    """What a rectangle with rounded corners covers, one band."""
    return _svg(width, height, "", 'fill="#000"', radius)[3]


def _svg(
    width: int, height: int, definitions: str, fill: str, radius: int, *, is_ellipse: bool = False
) -> pyvips.Image:
    if is_ellipse:
        x, y = width / 2, height / 2
        shape = f'<ellipse cx="{x}" cy="{y}" rx="{x}" ry="{y}" {fill}/>'
    else:
        round_by = min(radius, width / 2, height / 2)
        shape = f'<rect width="{width}" height="{height}" rx="{round_by}" {fill}/>'
    document = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}"><defs>{definitions}</defs>{shape}</svg>'
    )
    return pyvips.Image.svgload_buffer(document.encode(), unlimited=True)


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
