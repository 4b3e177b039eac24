"""Surfaces: marble, silk, rays."""

import numpy as np

from worker.starter.backdrops.canvas import Canvas, smoothstep
from worker.starter.backdrops.palette import Palette


def marble(canvas: Canvas, palette: Palette) -> None:
    """Polished stone with branching veins."""
    rng = canvas.rng
    base, cloud = palette.ink(0.94, 0.008, 80), palette.ink(0.74, 0.014, 80)
    drift = smoothstep(0.3, 0.8, canvas.noise(3, 4))[..., None]
    canvas.pixels = base + 0.75 * drift * (cloud - base)
    angle = float(rng.uniform(0.4, 1.2)) * float(rng.choice([-1, 1]))
    along = canvas.x * np.cos(angle) + canvas.y * np.sin(angle)
    for bends, width, strength, tone in ((2.2, 0.030, 0.75, 0.36), (4.0, 0.018, 0.55, 0.46), (6.5, 0.012, 0.40, 0.52)):
        warp = canvas.noise(3, 5) * 1.5
        vein = np.abs((along * bends + warp * bends * 0.55) % 1.0 - 0.5)
        fade = smoothstep(0.35, 0.70, canvas.noise(4, 2))
        canvas.blend(strength * fade * np.exp(-((vein / (width * bends)) ** 2)), palette.ink(tone, 0.020, 80))
    if rng.random() < 0.35:
        gold = np.abs((along * 1.6 + canvas.noise(3, 4) * 1.4) % 1.0 - 0.5)
        canvas.blend(0.75 * np.exp(-((gold / 0.016) ** 2)), palette.air(0.76, 0.11, 85, 0.75))
    canvas.screen(0.14 * canvas.halo(float(rng.uniform(0.2, 0.8)), 0.1, 0.6), np.ones(3, np.float32))


def silk(canvas: Canvas, palette: Palette) -> None:
    """Draped cloth with long soft folds."""
    rng = canvas.rng
    angle = float(rng.uniform(0.5, 1.1)) * float(rng.choice([-1, 1]))
    across = (canvas.x - 0.5) * np.cos(angle) + (canvas.y - 0.5) * np.sin(angle)
    bend = canvas.noise(1.6, 2) * float(rng.uniform(1.1, 1.8))
    phase = across * float(rng.uniform(2.0, 3.2)) + bend + float(rng.random())
    fold = np.sin(2 * np.pi * phase) * 0.62 + np.sin(2 * np.pi * (2.1 * phase + canvas.noise(1.8, 1))) * 0.38
    hue = float(rng.choice([15, 60, 260, 310, 350]))
    image = canvas.gradient(
        [
            (-1.0, palette.ink(0.30, 0.090, hue)),
            (-0.2, palette.ink(0.52, 0.110, hue)),
            (0.45, palette.ink(0.72, 0.095, hue)),
            (1.0, palette.ink(0.97, 0.045, hue)),
        ],
        np.asarray(fold, np.float32),
    )
    canvas.pixels = np.array(image)
    canvas.vignette(0.18)


def rays(canvas: Canvas, palette: Palette) -> None:
    """Sunburst: beams fanning out from one point."""
    rng = canvas.rng
    hue = float(rng.choice([30, 60, 90, 200, 260, 320]))
    x, y = float(rng.uniform(0.35, 0.65)), float(rng.choice([rng.uniform(0.4, 0.6), rng.uniform(0.9, 1.05)]))
    angle = np.arctan2(canvas.y - y, canvas.x - x)
    distance = np.hypot(canvas.x - x, canvas.y - y)
    beams = int(rng.integers(9, 15))
    swing = np.sin(angle * beams + float(rng.uniform(0, 6)))
    sharp = 0.04 + 0.10 * float(rng.random())
    stripe = smoothstep(-sharp, sharp, np.asarray(swing * np.clip(distance * 5, 0.05, 1), np.float32))[..., None]
    light, deep = palette.ink(0.88, 0.085, hue), palette.ink(0.68, 0.125, hue)
    canvas.pixels = deep + stripe * (light - deep)
    canvas.screen(0.85 * canvas.halo(x, y, 0.34), palette.ink(0.99, 0.03, hue))
    canvas.shade(0.20 * smoothstep(0.3, 1.0, np.asarray(distance, np.float32)))
