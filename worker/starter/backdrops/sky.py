"""Skies: the gradient, the light source and the clouds that every outdoor scene begins with."""

from dataclasses import dataclass

import numpy as np

from worker.starter.backdrops.canvas import Canvas, Field, smoothstep
from worker.starter.backdrops.palette import RGB, Palette


@dataclass(frozen=True)
class Light:
    """Where the sun or moon stands, and the haze colour at the horizon that distance fades into."""

    x: float
    y: float
    haze: RGB
    glow: RGB


_STOPS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    # position towards the horizon, lightness, chroma, hue
    "day": ((0.0, 0.64, 0.120, 248), (0.6, 0.80, 0.080, 238), (1.0, 0.93, 0.035, 225)),
    "sunset": ((0.0, 0.40, 0.100, 295), (0.5, 0.62, 0.130, 12), (0.8, 0.76, 0.145, 50), (1.0, 0.88, 0.120, 80)),
    "night": ((0.0, 0.13, 0.045, 268), (0.6, 0.23, 0.065, 264), (1.0, 0.38, 0.070, 258)),
    "dawn": ((0.0, 0.70, 0.070, 272), (0.5, 0.81, 0.065, 330), (0.8, 0.89, 0.065, 35), (1.0, 0.95, 0.050, 78)),
}


def paint_sky(canvas: Canvas, palette: Palette, horizon: float, clouds: float = 0.35) -> Light:
    """Fill the canvas with the sky of the palette's time of day, down to ``horizon``."""
    time = palette.time or "day"
    stops = [(place * horizon, palette.air(light, chroma, hue)) for place, light, chroma, hue in _STOPS[time]]
    canvas.pixels = np.array(canvas.gradient(stops))
    light = _place_light(canvas, palette, time, horizon)
    if clouds > 0 and canvas.rng.random() < 0.75:
        _streaks(canvas, palette, time, horizon, clouds)
    _shine(canvas, light, time)
    if time == "night":
        scatter_stars(canvas, 60, horizon * 0.85)
    return light


def _place_light(canvas: Canvas, palette: Palette, time: str, horizon: float) -> Light:
    x = float(canvas.rng.uniform(0.2, 0.8))
    haze_light, haze_chroma, haze_hue = _STOPS[time][-1][1:]
    haze = palette.air(haze_light, haze_chroma, haze_hue)
    match time:
        case "sunset":
            return Light(x, horizon * float(canvas.rng.uniform(0.78, 0.98)), haze, palette.air(0.93, 0.11, 82, 0.45))
        case "dawn":
            return Light(x, horizon * float(canvas.rng.uniform(0.85, 1.0)), haze, palette.air(0.97, 0.05, 75, 0.3))
        case "night":
            y = horizon * float(canvas.rng.uniform(0.18, 0.5))
            return Light(x, y, haze, palette.air(0.94, 0.03, 95, 0.5))
        case _:
            return Light(x, horizon * float(canvas.rng.uniform(0.05, 0.4)), haze, palette.air(1.0, 0.02, 95, 0.4))


def _shine(canvas: Canvas, light: Light, time: str) -> None:
    match time:
        case "sunset":
            canvas.screen(0.75 * canvas.halo(light.x, light.y, 0.42, 1.7), light.glow)
            canvas.screen(0.85 * canvas.halo(light.x, light.y, 0.10), light.glow)
            canvas.blend(canvas.disc(light.x, light.y, 0.050, 0.012), light.glow * 0.5 + 0.5)
        case "dawn":
            canvas.screen(0.60 * canvas.halo(light.x, light.y, 0.45, 1.9), light.glow)
            canvas.screen(0.55 * canvas.halo(light.x, light.y, 0.10), light.glow)
        case "night":
            canvas.screen(0.38 * canvas.halo(light.x, light.y, 0.22), light.glow)
            canvas.blend(0.95 * canvas.disc(light.x, light.y, 0.042, 0.008), light.glow)
        case _:
            canvas.screen(0.55 * canvas.halo(light.x, light.y, 0.30), light.glow)


def _streaks(canvas: Canvas, palette: Palette, time: str, horizon: float, amount: float) -> None:
    cover = canvas.noise(5, 4, stretch=2.6)
    mask = smoothstep(0.50, 0.74, cover) * amount * (1 - smoothstep(horizon * 0.55, horizon, canvas.y))
    match time:
        case "sunset":
            colour = palette.air(0.83, 0.12, 45, 0.2)
        case "night":
            colour = palette.air(0.34, 0.04, 265)
        case "dawn":
            colour = palette.air(0.95, 0.05, 20)
        case _:
            colour = palette.air(0.99, 0.01, 230)
    canvas.blend(mask, colour)


def scatter_stars(canvas: Canvas, count: int, lowest: float) -> None:
    """Sprinkle small soft stars above ``lowest``."""
    dots = np.zeros((canvas.size, canvas.size), np.float32)
    rows = (canvas.rng.random(count) * lowest * canvas.size).astype(int)
    columns = (canvas.rng.random(count) * canvas.size).astype(int)
    dots[rows, columns] = canvas.rng.random(count) ** 2
    glow = canvas.soften(dots, 0.0028) * 5.0
    canvas.screen(np.clip(glow, 0, 0.95), np.array([1.0, 0.98, 0.94], np.float32))


def reflect_light(canvas: Canvas, light: Light, top: float, width: float, strength: float) -> None:
    """Lay the glittering path of the sun or moon over water or wet sand below ``top``."""
    depth = np.clip((canvas.y - top) / (1 - top + 1e-3), 0, 1)
    ripple = canvas.noise(46, 1, stretch=3.0)
    path = np.exp(-(((canvas.x - light.x) / (width * (0.5 + depth))) ** 2))
    mask: Field = strength * path * smoothstep(0.25, 0.75, ripple) * (canvas.y > top) * (1 - 0.55 * depth)
    canvas.screen(mask, light.glow)
