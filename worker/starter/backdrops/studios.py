"""Staged scenes: studio sweep, podium, table, spotlight."""

import numpy as np

from worker.starter.backdrops.canvas import Canvas, smoothstep
from worker.starter.backdrops.palette import Palette


def paint_sweep(canvas: Canvas, palette: Palette, horizon: float, hue: float = 60.0) -> None:
    """Wall running into floor without an edge, a soft lamp from one side."""
    rng = canvas.rng
    stops = [
        (0.0, palette.ink(0.74, 0.035, hue)),
        (horizon - 0.06, palette.ink(0.86, 0.032, hue)),
        (horizon + 0.05, palette.ink(0.79, 0.036, hue)),
        (1.0, palette.ink(0.90, 0.028, hue)),
    ]
    canvas.pixels = np.array(canvas.gradient(stops))
    lamp = float(rng.uniform(0.2, 0.8))
    canvas.screen(0.42 * canvas.halo(lamp, float(rng.uniform(0.2, 0.45)), 0.42), palette.ink(0.97, 0.02, hue))
    side = canvas.x if lamp < 0.5 else 1 - canvas.x
    canvas.shade(0.16 * smoothstep(0.3, 1.1, side))
    canvas.vignette(0.16)


def studio(canvas: Canvas, palette: Palette) -> None:
    """An empty studio sweep, now and then with the shadow of a window or of leaves."""
    horizon = float(canvas.rng.uniform(0.60, 0.74))
    paint_sweep(canvas, palette, horizon, float(canvas.rng.uniform(40, 90)))
    mood = canvas.rng.random()
    if mood < 0.30:
        _window_light(canvas)
    elif mood < 0.50:
        _leaf_shadow(canvas)


def _window_light(canvas: Canvas) -> None:
    rng = canvas.rng
    x, y, slant = float(rng.uniform(0.25, 0.5)), float(rng.uniform(0.1, 0.2)), float(rng.uniform(0.1, 0.3))
    panes = []
    for column in range(2):
        for row in range(3):
            left, top = x + column * 0.17, y + row * 0.15 + column * slant * 0.3
            drop = slant * 0.27
            panes.append([(left, top), (left + 0.15, top + drop), (left + 0.15, top + drop + 0.13), (left, top + 0.13)])
    canvas.screen(0.30 * canvas.polygons(panes, blur=0.014), np.ones(3, np.float32))


def _leaf_shadow(canvas: Canvas) -> None:
    rng = canvas.rng
    fronds = []
    x, y = float(rng.choice([-0.05, 1.05])), float(rng.uniform(-0.05, 0.35))
    way = 1 if x < 0.5 else -1
    for leaf in range(7):
        angle = -0.7 + leaf * 0.32 + float(rng.uniform(-0.08, 0.08))
        length = float(rng.uniform(0.35, 0.55))
        tip = (x + way * length * np.cos(angle), y + length * np.sin(angle))
        middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
        wide = 0.030
        off = (-np.sin(angle) * wide, way * np.cos(angle) * wide)
        fronds.append([(x, y), (middle[0] + off[0], middle[1] + off[1]), tip, (middle[0] - off[0], middle[1] - off[1])])
    canvas.shade(0.26 * canvas.polygons(fronds, blur=0.012))


def podium(canvas: Canvas, palette: Palette) -> None:
    """Round plinths for a product, in front of a plain wall, a disc or an arch."""
    rng = canvas.rng
    hue = float(rng.uniform(30, 90))
    paint_sweep(canvas, palette, float(rng.uniform(0.60, 0.68)), hue)
    centre = float(rng.uniform(0.44, 0.56))
    frame = rng.random()
    if frame < 0.35:
        ring = canvas.disc(centre, 0.42, float(rng.uniform(0.24, 0.30)))
        canvas.blend(0.75 * ring, palette.ink(0.95, 0.025, hue))
    elif frame < 0.65:
        width = float(rng.uniform(0.20, 0.25))
        arch = np.maximum(
            canvas.disc(centre, 0.36, width),
            ((np.abs(canvas.x - centre) < width) & (canvas.y > 0.36) & (canvas.y < 0.70)).astype(np.float32),
        )
        canvas.blend(0.70 * arch, palette.ink(0.66, 0.050, hue))
    if rng.random() < 0.4:
        side = float(rng.choice([-1.0, 1.0]))
        _plinth(canvas, palette, hue, centre + side * 0.25, 0.66, 0.12, 0.10)
    if rng.random() < 0.45:
        _plinth(canvas, palette, hue, centre, 0.76, 0.29, 0.06)
        _plinth(canvas, palette, hue, centre, 0.69, 0.20, 0.06)
    else:
        _plinth(canvas, palette, hue, centre, float(rng.uniform(0.68, 0.74)), float(rng.uniform(0.20, 0.27)), 0.11)


def _plinth(canvas: Canvas, palette: Palette, hue: float, x: float, top: float, radius: float, height: float) -> None:
    squash = 0.26
    foot = top + height
    shadow = canvas.ellipse(x + 0.05, foot + 0.015, radius * 1.22, radius * squash * 1.35)
    canvas.shade(0.34 * canvas.soften(shadow, 0.022))
    body = np.maximum(
        canvas.ellipse(x, foot, radius, radius * squash),
        canvas.ellipse(x, top, radius, radius * squash),
    )
    inside = np.clip((radius - np.abs(canvas.x - x)) * canvas.size + 0.5, 0, 1)
    body = np.maximum(body, inside * ((canvas.y > top) & (canvas.y < foot)))
    turn = np.clip((canvas.x - x) / radius, -1, 1)
    light, dim = palette.ink(0.88, 0.035, hue), palette.ink(0.56, 0.055, hue)
    dark = smoothstep(-0.75, 1.05, turn)[..., None] * 0.85 + 0.10
    canvas.blend(body, light + dark * (dim - light))
    lid = canvas.ellipse(x, top, radius, radius * squash)
    face = palette.ink(0.96, 0.022, hue) + 0.25 * smoothstep(-1, 1.4, turn)[..., None] * (dim - light)
    canvas.blend(lid, face)


def table(canvas: Canvas, palette: Palette) -> None:
    """A wooden table top in front of a room thrown out of focus."""
    rng = canvas.rng
    edge = float(rng.uniform(0.60, 0.70))
    canvas.pixels = np.array(
        canvas.gradient([(0.0, palette.ink(0.66, 0.050, 75)), (edge, palette.ink(0.84, 0.055, 85))])
    )
    for _ in range(16):
        x, y, radius = float(rng.random()), float(rng.uniform(0, edge)), float(rng.uniform(0.05, 0.16))
        tint = palette.ink(float(rng.uniform(0.62, 0.99)), 0.070, float(rng.uniform(50, 140)), 0.15)
        canvas.blend(0.45 * canvas.disc(x, y, radius, 0.05), tint)
    depth = np.clip((canvas.y - edge) / (1 - edge), 0, 1)
    spread = (canvas.x - 0.5) / (0.55 + 0.75 * depth)
    boards = spread * 6 + float(rng.random())
    board = np.floor(boards).astype(int)
    tone = rng.random(32)[board % 32].astype(np.float32)
    fibre = canvas.noise(60, 2, stretch=0.12)
    wood, knot = palette.ink(0.70, 0.075, 62), palette.ink(0.44, 0.070, 50)
    grain = np.clip(0.15 + 0.40 * tone + 0.75 * (fibre - 0.45), 0, 1)[..., None]
    surface = wood + grain * (knot - wood)
    seam = smoothstep(0.46, 0.49, np.abs(boards % 1 - 0.5))
    surface = surface * (1 - 0.45 * seam[..., None])
    canvas.blend(np.clip((canvas.y - edge) * canvas.size / 2 + 0.5, 0, 1), surface)
    canvas.shade(0.28 * np.exp(-((np.clip(canvas.y - edge, 0, 1) / 0.02) ** 2)) * (canvas.y > edge))
    canvas.screen(0.28 * canvas.halo(float(rng.uniform(0.3, 0.7)), edge + 0.12, 0.38, 2.4), palette.ink(0.97, 0.03, 85))
    canvas.vignette(0.2)


def spotlight(canvas: Canvas, palette: Palette) -> None:
    """A dark stage, cones of light from above and their pool on the floor."""
    rng = canvas.rng
    floor = float(rng.uniform(0.72, 0.80))
    canvas.pixels = np.array(
        canvas.gradient(
            [
                (0.0, palette.ink(0.18, 0.050, 275)),
                (floor, palette.ink(0.36, 0.070, 275)),
                (floor + 0.03, palette.ink(0.26, 0.060, 275)),
                (1.0, palette.ink(0.16, 0.050, 275)),
            ]
        )
    )
    beam = palette.ink(0.96, 0.040, 280)
    count = int(rng.integers(1, 4))
    for index in range(count):
        start = 0.5 + (index - (count - 1) / 2) * 0.34
        end = 0.5 + (index - (count - 1) / 2) * float(rng.uniform(0.02, 0.20))
        y = np.clip(canvas.y / floor, 0, 1)
        centre = start + (end - start) * y
        width = 0.025 + 0.15 * y
        cone = np.exp(-(np.abs((canvas.x - centre) / width) ** 3)) * (canvas.y < floor + 0.06)
        canvas.screen((0.60 / count**0.5) * cone * (1 - 0.55 * y), beam)
        canvas.screen((0.75 / count**0.4) * canvas.ellipse(end, floor + 0.06, 0.20, 0.050, 0.045), beam)
    haze = canvas.noise(4, 3)
    canvas.screen(0.18 * haze * np.exp(-(((canvas.x - 0.5) / 0.35) ** 2)), beam)
    canvas.vignette(0.45)
