"""Flat backgrounds: gradient, bokeh, confetti, waves, bubbles."""

import numpy as np

from worker.starter.backdrops.canvas import Canvas, Point, smoothstep
from worker.starter.backdrops.palette import Palette


def paint_blur(canvas: Canvas, palette: Palette, lightness: float, spread: float, hue: float, chroma: float) -> None:
    """Soft patches of neighbouring colour: what is behind everything abstract."""
    rng = canvas.rng
    canvas.pixels = np.zeros_like(canvas.pixels) + palette.ink(lightness, chroma, hue)
    for _ in range(6):
        x, y = (float(value) for value in rng.uniform(-0.1, 1.1, 2))
        tone = palette.ink(lightness + spread * float(rng.uniform(-1, 1)), chroma, hue + float(rng.uniform(-40, 40)))
        canvas.blend(0.75 * canvas.halo(x, y, float(rng.uniform(0.28, 0.55))), tone)


def gradient(canvas: Canvas, palette: Palette) -> None:
    """Smooth colour from one corner or centre to another."""
    rng = canvas.rng
    hue, away = float(rng.uniform(0, 360)), float(rng.choice([-1, 1]) * rng.uniform(45, 110))
    low, high = float(rng.uniform(0.25, 0.5)), float(rng.uniform(0.75, 0.95))
    stops = [
        (0.0, palette.ink(low, 0.13, hue)),
        (0.5, palette.ink((low + high) / 2, 0.13, hue + away / 2)),
        (1.0, palette.ink(high, 0.10, hue + away)),
    ]
    if rng.random() < 0.3:
        along = np.hypot(canvas.x - rng.uniform(0.3, 0.7), canvas.y - rng.uniform(0.3, 0.7)) / 0.75
        stops = [(1 - place, colour) for place, colour in reversed(stops)]
    else:
        angle = float(rng.uniform(0, 2 * np.pi))
        along = 0.5 + ((canvas.x - 0.5) * np.cos(angle) + (canvas.y - 0.5) * np.sin(angle)) / 1.2
    canvas.pixels = canvas.gradient(stops, np.asarray(along, np.float32))


def bokeh(canvas: Canvas, palette: Palette) -> None:
    """Round lights out of focus on a deep background."""
    rng = canvas.rng
    hue = float(rng.choice([35, 70, 200, 265, 310, 350]))
    paint_blur(canvas, palette, 0.36, 0.14, hue, 0.09)
    for _ in range(int(rng.integers(26, 42))):
        x, y = (float(value) for value in rng.uniform(-0.05, 1.05, 2))
        radius = 0.02 + 0.085 * float(rng.random()) ** 1.6
        colour = palette.ink(float(rng.uniform(0.72, 0.98)), 0.11, hue + float(rng.uniform(-35, 35)), 0.1)
        soft = float(rng.choice([0.006, 0.015, 0.035]))
        disc = canvas.disc(x, y, radius, soft)
        rim = disc * (1 - canvas.disc(x, y, radius * 0.82, soft * 2 + 0.01))
        canvas.screen(float(rng.uniform(0.25, 0.60)) * disc + 0.22 * rim, colour)


def confetti(canvas: Canvas, palette: Palette) -> None:
    """Paper scraps and ribbons tumbling over a plain background, some out of focus."""
    rng = canvas.rng
    paint_blur(canvas, palette, 0.86, 0.06, float(rng.choice([20, 90, 200, 260, 330])), 0.06)
    hues = [25.0, 60.0, 95.0, 150.0, 235.0, 310.0, 350.0]
    for blur, count, size in ((0.0, 52, 0.022), (0.005, 32, 0.030), (0.014, 10, 0.052)):
        for hue in rng.choice(hues, 4, replace=False):
            scraps = [_scrap(rng, size) for _ in range(count // 4 + 1)]
            shadow = canvas.polygons([[(x + 0.006, y + 0.010) for x, y in scrap] for scrap in scraps], blur + 0.006)
            canvas.shade(0.16 * shadow)
            tint = palette.ink(float(rng.uniform(0.62, 0.84)), 0.15, float(hue), 0.62)
            canvas.blend(0.94 * canvas.polygons(scraps, blur), tint)


def _scrap(rng: np.random.Generator, size: float) -> list[Point]:
    x, y = (float(value) for value in rng.uniform(-0.02, 1.02, 2))
    angle, tilt = float(rng.uniform(0, np.pi)), float(rng.uniform(0.35, 1.0))
    size *= float(rng.uniform(0.7, 1.3))
    if rng.random() < 0.4:
        corners = [(size * 0.8 * np.cos(t), size * 0.8 * np.sin(t) * tilt) for t in np.linspace(0, 2 * np.pi, 14)]
    else:
        corners = [
            (-size, -size * 0.5 * tilt),
            (size, -size * 0.5 * tilt),
            (size, size * 0.5 * tilt),
            (-size, size * 0.5 * tilt),
        ]
    cos, sin = np.cos(angle), np.sin(angle)
    return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in corners]


def waves(canvas: Canvas, palette: Palette) -> None:
    """Sheets of paper cut in flowing curves, one over the other, each with its shadow."""
    rng = canvas.rng
    hue = float(rng.uniform(0, 360))
    layers = int(rng.integers(5, 8))
    downwards = rng.random() < 0.5
    canvas.pixels = np.zeros_like(canvas.pixels) + palette.ink(0.95 if downwards else 0.25, 0.05, hue)
    for layer in range(layers):
        near = (layer + 1) / layers
        level = 0.08 + 0.86 * (layer + 0.6) / layers
        swing, count = float(rng.uniform(0.05, 0.10)), float(rng.uniform(0.8, 1.5))
        profile = level + swing * np.sin(2 * np.pi * (count * canvas.line + rng.random()))
        profile = profile + 0.4 * swing * np.sin(2 * np.pi * (1.9 * count * canvas.line + rng.random()))
        profile = np.asarray(profile, np.float32)
        canvas.shade(0.30 * canvas.below(profile - 0.02, 0.075) * (1 - canvas.below(profile)))
        tone = 0.95 - 0.66 * near if downwards else 0.25 + 0.68 * near
        top, foot = palette.ink(tone, 0.12, hue + 30 * near), palette.ink(tone - 0.06, 0.12, hue + 30 * near)
        fall = np.clip((canvas.y - profile[None, :]) / 0.25, 0, 1)[..., None]
        canvas.blend(canvas.below(profile), top + fall * (foot - top))


def bubbles(canvas: Canvas, palette: Palette) -> None:
    """Clear bubbles floating, brighter at the rim, each with a spark of light."""
    rng = canvas.rng
    hue = float(rng.choice([195, 225, 265, 320]))
    paint_blur(canvas, palette, 0.74, 0.13, hue, 0.08)
    for _ in range(int(rng.integers(11, 18))):
        x, y = (float(value) for value in rng.uniform(0.02, 0.98, 2))
        radius = 0.03 + 0.11 * float(rng.random()) ** 1.7
        inside = canvas.disc(x, y, radius)
        distance = np.hypot(canvas.x - x, canvas.y - y) / radius
        rim = inside * smoothstep(0.62, 1.0, distance)
        canvas.blend(0.22 * inside * smoothstep(0.0, 1.0, distance), palette.ink(0.45, 0.11, hue + 20))
        canvas.screen(0.70 * rim**1.5, palette.ink(0.98, 0.03, hue - 20))
        glint = canvas.ellipse(x - 0.38 * radius, y - 0.42 * radius, radius * 0.24, radius * 0.15, radius * 0.12)
        canvas.screen(0.90 * glint, np.ones(3, np.float32))
        back = canvas.halo(x + 0.4 * radius, y + 0.45 * radius, radius * 0.4) * inside
        canvas.screen(0.30 * back, palette.ink(0.97, 0.03, hue))
