"""Single objects on a plain studio ground: star, heart, gift, bottle, cup, leaf, balloon, moon."""

from collections.abc import Callable

import numpy as np

from worker.starter.backdrops.canvas import Canvas, Field, Point, smoothstep
from worker.starter.backdrops.palette import Palette
from worker.starter.backdrops.studios import paint_sweep

Tint = Callable[[float, float], Field]


def paint_subject(canvas: Canvas, ground: Palette, tint: Palette, name: str) -> None:
    """Draw the object ``name`` in the colour of ``tint`` on a sweep in the colour of ``ground``."""
    paint_sweep(canvas, ground, 0.72)
    rng = canvas.rng
    x, y = 0.5 + float(rng.uniform(-0.04, 0.04)), 0.50 + float(rng.uniform(-0.02, 0.03))
    scale = float(rng.uniform(0.26, 0.31))
    parts = OUTLINES[name]()
    placed = [([(x + u * scale, y + v * scale) for u, v in outline], light) for outline, light in parts]
    everything = [outline for outline, _ in placed]
    canvas.shade(0.45 * canvas.soften(canvas.ellipse(x + 0.02, y + scale * 1.05, scale * 0.8, scale * 0.13), 0.02))
    canvas.shade(0.15 * canvas.polygons([[(u + 0.02, v + 0.03) for u, v in outline] for outline in everything], 0.02))
    for outline, light in placed:
        mask = canvas.polygons([outline])
        turn = np.clip((canvas.x - x) * 0.8 + (canvas.y - y) * 0.6, -scale, scale) / scale
        bright, dim = tint.ink(min(0.97, light + 0.14), 0.12, 30), tint.ink(light - 0.16, 0.13, 25)
        canvas.blend(mask, bright + smoothstep(-0.9, 0.9, np.asarray(turn, np.float32))[..., None] * (dim - bright))
    shine = canvas.halo(x - 0.35 * scale, y - 0.40 * scale, 0.40 * scale) * canvas.polygons(everything)
    canvas.screen(0.45 * shine, np.ones(3, np.float32))


def _ring(x: float, y: float, across: float, down: float, start: float = 0.0, end: float = 360.0) -> list[Point]:
    turns = np.radians(np.linspace(start, end, 48))
    return [(x + across * float(np.cos(t)), y + down * float(np.sin(t))) for t in turns]


def _box(left: float, top: float, right: float, bottom: float) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


Parts = list[tuple[list[Point], float]]


def _star() -> Parts:
    turns = np.radians(np.arange(10) * 36 - 90)
    radius = [1.0 if k % 2 == 0 else 0.45 for k in range(10)]
    return [([(r * float(np.cos(t)), r * float(np.sin(t))) for r, t in zip(radius, turns, strict=True)], 0.62)]


def _heart() -> Parts:
    turns = np.linspace(0, 2 * np.pi, 64)
    across = np.sin(turns) ** 3
    down = -(13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)) / 16
    return [([(float(u), float(v)) for u, v in zip(across, down, strict=True)], 0.58)]


def _gift() -> Parts:
    return [
        (_box(-0.85, -0.25, 0.85, 0.95), 0.58),
        (_box(-0.95, -0.50, 0.95, -0.15), 0.66),
        (_box(-0.15, -0.50, 0.15, 0.95), 0.92),
        (_ring(-0.34, -0.70, 0.34, 0.22), 0.88),
        (_ring(0.34, -0.70, 0.34, 0.22), 0.88),
    ]


def _bottle() -> Parts:
    shoulder = _ring(0, -0.20, 0.42, 0.30, 180, 360)
    return [
        (_box(-0.15, -0.80, 0.15, -0.30), 0.66),
        ([*shoulder, (0.42, 0.95), (-0.42, 0.95)], 0.56),
        (_box(-0.20, -1.05, 0.20, -0.78), 0.30),
        (_box(-0.42, 0.05, 0.42, 0.60), 0.93),
    ]


def _cup() -> Parts:
    handle = [*_ring(0.62, 0.05, 0.42, 0.42, -100, 100), *reversed(_ring(0.62, 0.05, 0.24, 0.24, -100, 100))]
    bowl = [(-0.80, -0.55), (0.70, -0.55), (0.62, 0.45), (0.40, 0.85), (-0.50, 0.85), (-0.72, 0.45)]
    return [
        (handle, 0.62),
        (bowl, 0.66),
        (_ring(-0.05, -0.55, 0.75, 0.16), 0.90),
        (_ring(-0.05, -0.53, 0.66, 0.12), 0.26),
    ]


def _leaf() -> Parts:
    edge = np.linspace(0, 1, 24)
    bulge = np.sin(np.pi * edge) ** 0.8 * 0.55
    right = [(float(w), float(1 - 2 * t)) for t, w in zip(edge, bulge, strict=True)]
    left = [(-u, v) for u, v in reversed(right)]
    return [([*right, *left], 0.58), ([(-0.025, 1.15), (0.0, -0.85), (0.025, 1.15)], 0.88)]


def _balloon() -> Parts:
    string = [(-0.015, 0.55), (0.015, 0.55), (0.04, 0.80), (0.0, 1.10), (-0.02, 1.10), (0.015, 0.80)]
    return [(string, 0.40), (_ring(0, -0.25, 0.66, 0.78), 0.62), ([(-0.10, 0.64), (0.10, 0.64), (0.0, 0.50)], 0.50)]


def _moon() -> Parts:
    outer = _ring(0.1, 0, 0.95, 0.95, 50, 310)
    inner = _ring(0.48, 0, 0.76, 0.76, 285, 75)
    return [([*outer, *inner], 0.74)]


OUTLINES: dict[str, Callable[[], Parts]] = {
    "star": _star,
    "heart": _heart,
    "gift": _gift,
    "bottle": _bottle,
    "cup": _cup,
    "leaf": _leaf,
    "balloon": _balloon,
    "moon": _moon,
}
