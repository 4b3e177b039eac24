"""Land scenes: mountains, forest, meadow, snow, city."""

import numpy as np

from worker.starter.backdrops.canvas import Canvas, Field, Point, smoothstep
from worker.starter.backdrops.palette import Palette
from worker.starter.backdrops.sky import paint_sky, reflect_light


def mountains(canvas: Canvas, palette: Palette) -> None:
    """Ridges behind ridges, fading into haze, snow on the farthest."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.50, 0.62))
    light = paint_sky(canvas, palette, horizon)
    layers = 5
    for layer in range(layers):
        near = layer / (layers - 1)
        level = horizon - 0.12 + near * 0.42
        height = 0.40 - 0.24 * near
        profile = level + height * (0.5 - canvas.ridge(2.6 + 1.6 * near, 5, sharp=True))
        colour = palette.ink(0.66 - 0.42 * near, 0.050 + 0.02 * near, 250 - 60 * near)
        fog = palette.ink(0.90 - 0.18 * near, 0.030, 235)
        depth = np.clip((canvas.y - profile[None, :]) / 0.30, 0, 1)[..., None]
        body = colour + (0.80 - 0.25 * near) * depth * (fog - colour)
        body = body + 0.42 * (1 - near) ** 1.5 * (light.haze - body)
        facet = np.roll(canvas.noise(16, 3), layer * 7, 1) - 0.5
        body = body * (1 + 0.14 * facet[..., None] * (1 - depth))
        mask = canvas.below(profile)
        canvas.blend(mask, body)
        if layer < 2:
            line = profile[None, :] + 0.05 + 0.10 * (canvas.noise(18, 2) - 0.5)
            cap = mask * smoothstep(0.0, 0.03, line - canvas.y) * (profile[None, :] < level + 0.01)
            canvas.blend(0.80 * cap, palette.ink(0.97, 0.012, 240))
    canvas.screen(0.16 * canvas.halo(light.x, horizon, 0.55, 1.6), light.glow)


def _conifer(x: float, foot: float, height: float, rng: np.random.Generator) -> list[Point]:
    left: list[Point] = []
    right: list[Point] = []
    tiers = 7
    for tier in range(tiers):
        y = foot - height * (1 - tier / tiers)
        reach = height * 0.21 * ((tier + 0.9) / tiers)
        for side, edge in ((-1, left), (1, right)):
            out = reach * float(rng.uniform(0.8, 1.15))
            edge.append((x + side * out * 0.38, y + 0.02 * height))
            edge.append((x + side * out, y + height * 1.35 / tiers))
    return [(x, foot - height * 1.02), *right, *reversed(left)]


def forest(canvas: Canvas, palette: Palette) -> None:
    """Rows of conifers standing in mist."""
    rng = canvas.rng
    light = paint_sky(canvas, palette, 0.75, clouds=0.15)
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        foot = 0.60 + 0.48 * near
        hill = foot - 0.10 + 0.10 * (canvas.ridge(2, 2) - 0.5)
        step = 0.050 + 0.075 * near
        trees = []
        x = -0.1 + float(rng.uniform(0, step))
        while x < 1.1:
            base = hill[min(canvas.size - 1, max(0, int(x * canvas.size)))] + 0.06
            trees.append(_conifer(x, float(base), (0.26 + 0.36 * near) * float(rng.uniform(0.65, 1.15)), rng))
            x += step * float(rng.uniform(0.6, 1.4))
        mask = np.maximum(canvas.polygons(trees), canvas.below(hill))
        colour = palette.ink(0.66 - 0.43 * near, 0.055 + 0.025 * near, 160 - 12 * near)
        fog = palette.ink(0.90 - 0.10 * near, 0.025, 175)
        rise = smoothstep(foot - 0.34, foot + 0.10, canvas.y)[..., None]
        canvas.blend(mask, colour + 0.70 * (1 - near) * rise * (fog - colour))
    canvas.screen(0.22 * canvas.halo(light.x, 0.25, 0.5), light.glow)


def meadow(canvas: Canvas, palette: Palette) -> None:
    """Rolling hills, grass in front and flowers out of focus."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.42, 0.55))
    light = paint_sky(canvas, palette, horizon)
    for layer in range(3):
        near = layer / 2
        profile = horizon + 0.02 + 0.15 * near + (0.13 - 0.04 * near) * (canvas.ridge(1.6, 1) - 0.5)
        top, foot = palette.ink(0.80 - 0.10 * near, 0.115, 128), palette.ink(0.58 - 0.10 * near, 0.115, 138)
        fall = np.clip((canvas.y - profile[None, :]) / 0.40, 0, 1)[..., None]
        body = top + fall * (foot - top)
        canvas.blend(canvas.below(profile), body + 0.40 * (1 - near) * (light.haze - body))
    blades = canvas.noise(52, 2, stretch=0.35) - 0.5
    canvas.pixels = canvas.pixels * (1 + 0.34 * blades * smoothstep(horizon + 0.1, 1.0, canvas.y))[..., None]
    hues = rng.choice([25.0, 55.0, 95.0, 305.0, 350.0], 2)
    for _ in range(70):
        depth = float(rng.random()) ** 1.3
        y = horizon + 0.16 + depth * (0.82 - horizon)
        size = 0.005 + 0.020 * depth
        colour = palette.ink(0.86, 0.13, float(rng.choice(hues)), 0.25)
        bloom = canvas.ellipse(float(rng.random()), y, size, size * 0.8, 0.004 + 0.016 * depth**2)
        canvas.blend(0.85 * bloom, colour)
    canvas.screen(0.14 * canvas.halo(light.x, horizon, 0.6, 1.8), light.glow)


def snow(canvas: Canvas, palette: Palette) -> None:
    """Snowy hills with a few firs, flakes falling near and far."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.46, 0.58))
    light = paint_sky(canvas, palette, horizon, clouds=0.25)
    for layer in range(3):
        near = layer / 2
        profile = horizon + 0.20 * near + 0.12 * (canvas.ridge(1.8, 1) - 0.5)
        if layer < 2:
            firs = []
            for _ in range(int(rng.integers(4, 9))):
                x = float(rng.random())
                foot = float(profile[int(x * (canvas.size - 1))]) + 0.015
                firs.append(_conifer(x, foot, (0.10 + 0.14 * near) * float(rng.uniform(0.7, 1.2)), rng))
            trees = canvas.polygons(firs)
            fir = palette.ink(0.62 - 0.20 * near, 0.035, 215)
            frost = smoothstep(0.5, 0.7, canvas.noise(40, 2))[..., None] * 0.5
            canvas.blend(trees, fir + frost * (palette.ink(0.97, 0.008, 240) - fir))
        crest, hollow = palette.ink(0.985, 0.006, 240), palette.ink(0.82, 0.030, 252)
        fall = np.clip((canvas.y - profile[None, :]) / 0.34, 0, 1)
        drift = np.clip(fall * 0.8 + 0.5 * (canvas.noise(3, 2, stretch=2.0) - 0.5), 0, 1)[..., None]
        canvas.blend(canvas.below(profile), crest + drift * (hollow - crest))
    _snowfall(canvas)
    canvas.screen(0.12 * canvas.halo(light.x, horizon, 0.5), light.glow)


def _snowfall(canvas: Canvas) -> None:
    white = np.ones(3, np.float32)
    for _ in range(70):
        near = float(canvas.rng.random()) ** 3
        x, y = (float(value) for value in canvas.rng.random(2))
        flake = canvas.disc(x, y, 0.004 + 0.016 * near, 0.004 + 0.020 * near)
        canvas.blend((0.85 - 0.35 * near) * flake, white)


def _towers(canvas: Canvas, foot: float, tallest: float, step: float) -> list[tuple[float, float, float]]:
    towers = []
    x = -0.05
    while x < 1.05:
        width = step * float(canvas.rng.uniform(0.6, 1.5))
        centred = np.exp(-(((x - 0.5) / 0.38) ** 2))
        height = tallest * float(canvas.rng.uniform(0.25, 1.0)) * (0.45 + 0.55 * float(centred))
        towers.append((x, x + width * 0.94, foot - height))
        x += width
    return towers


def _outline(towers: list[tuple[float, float, float]], foot: float, rng: np.random.Generator) -> list[list[Point]]:
    shapes: list[list[Point]] = []
    for left, right, top in towers:
        shapes.append([(left, foot), (left, top), (right, top), (right, foot)])
        middle, wide = (left + right) / 2, right - left
        if rng.random() < 0.35:
            inset = wide * 0.22
            shapes.append(
                [(left + inset, top), (left + inset, top - 0.03), (right - inset, top - 0.03), (right - inset, top)]
            )
        if rng.random() < 0.2:
            shapes.append([(middle - 0.004, top), (middle, top - 0.09), (middle + 0.004, top)])
    return shapes


def city(canvas: Canvas, palette: Palette) -> None:
    """A skyline in three depths, windows lit when it is dark, water or street below."""
    rng = canvas.rng
    foot = float(rng.uniform(0.74, 0.84))
    light = paint_sky(canvas, palette, foot)
    dark = palette.time in ("night", "sunset") or palette.mood == "dark"
    for layer in range(3):
        near = layer / 2
        towers = _towers(canvas, foot, 0.60 - 0.20 * near, 0.075 + 0.035 * near)
        mask = canvas.polygons(_outline(towers, foot + 0.01, rng))
        colour = palette.ink(0.72 - 0.36 * near, 0.035, 252)
        rise = smoothstep(foot - 0.5, foot, canvas.y)[..., None]
        canvas.blend(mask, colour + (0.60 - 0.35 * near) * rise * (light.haze - colour))
        _windows(canvas, palette, mask, near, dark)
    below = np.clip((canvas.y - foot) * canvas.size / 1.5 + 0.5, 0, 1)
    mirrored = _mirror(canvas, foot)
    canvas.blend(below, mirrored * 0.72 + 0.10 * palette.ink(0.5, 0.06, 245))
    reflect_light(canvas, light, foot, 0.15, 0.35)


def _windows(canvas: Canvas, palette: Palette, mask: Field, near: float, dark: bool) -> None:
    cells = 46 - 14 * near
    u, v = canvas.x * cells, canvas.y * cells * 0.8
    pane = (smoothstep(0.18, 0.35, u % 1) * smoothstep(0.18, 0.35, v % 1)).astype(np.float32)
    lit = canvas.rng.random((64, 64))[(v.astype(int) % 64), (u.astype(int) % 64)]
    if dark:
        glow = palette.air(0.90, 0.11, 80, 0.55)
        canvas.blend(0.85 * mask * pane * (lit > 0.58) * (0.45 + 0.55 * near), glow)
    else:
        canvas.blend(0.30 * mask * pane * (lit > 0.3), palette.ink(0.93, 0.03, 235))


def _mirror(canvas: Canvas, line: float) -> Field:
    rows = np.arange(canvas.size)
    source = np.clip((2 * line * canvas.size - rows).astype(int), 0, canvas.size - 1)
    wobble = (canvas.noise(30, 1, stretch=4.0) - 0.5) * canvas.size * 0.05
    columns = np.clip(rows[None, :] + wobble, 0, canvas.size - 1).astype(int)
    return np.asarray(canvas.pixels[source[:, None], columns], np.float32)
