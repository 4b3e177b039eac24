"""Open scenes: beach, ocean, desert, clouds, stars."""

import numpy as np

from worker.starter.backdrops.canvas import Canvas, smoothstep
from worker.starter.backdrops.palette import Palette
from worker.starter.backdrops.sky import paint_sky, reflect_light, scatter_stars


def beach(canvas: Canvas, palette: Palette) -> None:
    """Sea above, sand below, a curved line of foam between them."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.32, 0.46))
    light = paint_sky(canvas, palette, horizon)
    shore = horizon + float(rng.uniform(0.17, 0.27))
    slope = float(rng.uniform(-0.16, 0.16))
    curve = shore + slope * (canvas.line - 0.5) + 0.035 * np.sin(canvas.line * 5 + rng.uniform(0, 6))
    curve = curve + 0.03 * (canvas.ridge(5, 2) - 0.5)
    sea = canvas.gradient(
        [
            (horizon, palette.ink(0.52, 0.110, 238)),
            (horizon + 0.10, palette.ink(0.66, 0.110, 210)),
            (shore, palette.ink(0.82, 0.085, 190)),
        ]
    )
    canvas.blend(np.clip((canvas.y - horizon) * canvas.size / 1.5 + 0.5, 0, 1), sea)
    swell = smoothstep(0.56, 0.80, canvas.noise(30, 2, stretch=6.0)) * (canvas.y > horizon)
    canvas.blend(0.35 * swell, palette.ink(0.93, 0.03, 200))
    reflect_light(canvas, light, horizon, 0.16, 0.55)
    sand = canvas.gradient([(shore, palette.ink(0.80, 0.055, 76)), (1.0, palette.ink(0.90, 0.050, 84))])
    canvas.blend(canvas.below(curve), sand)
    wet = canvas.below(curve) * (1 - canvas.below(curve + 0.07, 0.06))
    canvas.blend(0.55 * wet, palette.ink(0.60, 0.050, 70))
    grain = (canvas.noise(70, 2) - 0.5) * 0.10 + (canvas.noise(9, 3, stretch=2.0) - 0.5) * 0.16
    canvas.pixels = canvas.pixels * (1 + grain[..., None] * canvas.below(curve + 0.02, 0.03)[..., None])
    foam = palette.ink(0.985, 0.008, 200)
    for offset, width, strength in ((0.0, 0.022, 0.95), (-0.055, 0.010, 0.65), (-0.10, 0.006, 0.4)):
        edge = curve + offset + 0.012 * (canvas.ridge(12, 2) - 0.5)
        line = canvas.below(edge - width, 0.012) * (1 - canvas.below(edge, 0.010))
        canvas.blend(strength * line * (0.55 + 0.45 * smoothstep(0.3, 0.6, canvas.noise(40, 1))), foam)


def ocean(canvas: Canvas, palette: Palette) -> None:
    """Open water to the horizon, waves growing towards the viewer, a path of light."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.30, 0.46))
    light = paint_sky(canvas, palette, horizon)
    water = canvas.gradient(
        [
            (horizon, palette.ink(0.70, 0.075, 225)),
            (horizon + 0.14, palette.ink(0.54, 0.105, 232)),
            (1.0, palette.ink(0.34, 0.095, 240)),
        ]
    )
    mask = np.clip((canvas.y - horizon) * canvas.size / 1.5 + 0.5, 0, 1)
    canvas.blend(mask, water)
    depth = np.clip(canvas.y - horizon, 0.004, 1)
    wobble = canvas.noise(5, 2, stretch=1.6) * 2.6 + canvas.noise(14, 2, stretch=2.0) * 1.1
    waves = np.zeros_like(depth)
    for count, weight in ((11.0, 0.5), (19.0, 0.32), (31.0, 0.18)):
        waves += weight * np.sin(count * np.log(depth + 0.03) * 1.15 + wobble * 2.4 + rng.uniform(0, 6))
    crest = smoothstep(0.15, 0.85, waves) * mask * smoothstep(0.0, 0.10, depth)
    trough = smoothstep(0.15, 0.85, -waves) * mask * smoothstep(0.0, 0.10, depth)
    canvas.blend(0.42 * crest, palette.ink(0.84, 0.070, 215))
    canvas.blend(0.34 * trough, palette.ink(0.22, 0.080, 245))
    reflect_light(canvas, light, horizon, 0.14, 0.85)


def desert(canvas: Canvas, palette: Palette) -> None:
    """Layered dunes, each with a sunlit and a shadowed flank."""
    rng = canvas.rng
    horizon = float(rng.uniform(0.36, 0.50))
    light = paint_sky(canvas, palette, horizon, clouds=0.2)
    layers = 4
    for layer in range(layers):
        near = layer / (layers - 1)
        level = horizon + 0.02 + near * (0.84 - horizon) * float(rng.uniform(0.85, 1.0))
        amplitude = 0.035 + 0.085 * near
        profile = level + amplitude * 2 * (canvas.ridge(1.3 + 0.8 * (1 - near), 1) - 0.5)
        lit = palette.ink(0.90 - 0.07 * near, 0.070 + 0.035 * near, 68)
        dim = palette.ink(0.52 - 0.16 * near, 0.070 + 0.035 * near, 52)
        fall = np.clip((canvas.y - profile[None, :]) / (0.16 + 0.25 * near), 0, 1)
        body = lit + fall[..., None] * 0.45 * (dim - lit)
        peak = float(np.argmin(profile)) / canvas.size + float(rng.uniform(-0.05, 0.05))
        side = 1.0 if light.x < peak else -1.0
        bend = peak + side * (fall * 0.55 + 0.05 * np.sin(fall * 9 + layer))
        flank = smoothstep(-0.015, 0.05 + 0.10 * near, side * (canvas.x - bend))
        body = body + 0.75 * flank[..., None] * (dim - body)
        ripples = np.sin((canvas.y * 60 + canvas.noise(4, 2) * 16) * (1.6 - near)) * 0.018 * near
        body = body * (1 + ripples[..., None])
        mask = canvas.below(profile)
        canvas.blend(mask, body + 0.42 * (1 - near) * (light.haze - body))
    canvas.screen(0.18 * canvas.halo(light.x, horizon, 0.5, 2.0), light.glow)


def clouds(canvas: Canvas, palette: Palette) -> None:
    """Nothing but sky: heaped soft clouds lit from above."""
    rng = canvas.rng
    light = paint_sky(canvas, palette, 1.05, clouds=0.0)
    time = palette.time or "day"
    top = {
        "day": (0.995, 0.008, 240),
        "sunset": (0.90, 0.105, 62),
        "night": (0.50, 0.045, 262),
        "dawn": (0.98, 0.04, 45),
    }
    base = {
        "day": (0.80, 0.045, 250),
        "sunset": (0.52, 0.100, 350),
        "night": (0.24, 0.050, 268),
        "dawn": (0.78, 0.06, 320),
    }
    bright, dim = palette.air(*top[time], 0.1), palette.air(*base[time])
    for cells, low, y, spread in ((4.0, 0.50, rng.uniform(0.1, 0.4), 0.30), (2.6, 0.44, rng.uniform(0.55, 0.9), 0.32)):
        field = canvas.noise(cells, 5, stretch=1.3)
        density = field * np.exp(-(((canvas.y - float(y)) / spread) ** 2)) * 1.25
        mask = smoothstep(low, low + 0.16, density)
        lift = np.roll(density, round(canvas.size * 0.045), axis=0)
        sunny = smoothstep(-0.10, 0.13, density - lift)
        canvas.blend(0.93 * mask, dim + sunny[..., None] * (bright - dim))
    canvas.screen(0.30 * canvas.halo(light.x, light.y, 0.4), light.glow)
    canvas.bloom(0.12)


def stars(canvas: Canvas, palette: Palette) -> None:
    """A starry sky with the band of the galaxy over a dark ridge."""
    rng = canvas.rng
    night = Palette(palette.shade, "night", palette.mood)
    canvas.pixels = np.array(
        canvas.gradient(
            [
                (0.0, night.air(0.12, 0.050, 275)),
                (0.6, night.air(0.24, 0.085, 272)),
                (0.9, night.air(0.46, 0.090, 268)),
            ]
        )
    )
    angle = float(rng.uniform(-0.9, 0.9))
    across = (canvas.x - 0.5) * np.cos(angle) + (canvas.y - 0.4) * np.sin(angle) - float(rng.uniform(-0.15, 0.15))
    cloud = canvas.noise(6, 4)
    band = np.exp(-((across / 0.17) ** 2)) * smoothstep(0.25, 0.75, cloud)
    canvas.screen(0.75 * band, night.air(0.72, 0.100, 300))
    core = np.exp(-((across / 0.07) ** 2)) * smoothstep(0.35, 0.75, canvas.noise(9, 3))
    canvas.screen(0.55 * core, night.air(0.88, 0.050, 320, 0.2))
    scatter_stars(canvas, 420, 1.0)
    scatter_stars(canvas, 60, 1.0)
    ridge = float(rng.uniform(0.80, 0.92)) + 0.14 * (canvas.ridge(3, 4, sharp=True) - 0.5)
    canvas.blend(canvas.below(ridge), night.air(0.07, 0.025, 270))
