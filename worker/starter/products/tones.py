"""Shades of one colour: what light makes of it on a round or a flat surface. Colours are sRGB as ``#rrggbb``."""

from __future__ import annotations

Stops = tuple[tuple[float, str], ...]
"""Colours at places from 0 to 1 along a gradient."""


def mixed(color: str, other: str, share: float) -> str:
    """``color`` with ``share`` (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lighter(color: str, share: float) -> str:
    """``color`` towards a warm white."""
    return mixed(color, "#fffdf8", share)


def darker(color: str, share: float) -> str:
    """``color`` towards a cool black."""
    return mixed(color, "#0b0a12", share)


def rounded(color: str, gloss: float = 0.5) -> Stops:
    """Across an upright cylinder, lit from the left, with a rim of light at its right edge."""
    return (
        (0.0, darker(color, 0.42)),
        (0.10, darker(color, 0.10)),
        (0.24, lighter(color, gloss)),
        (0.34, lighter(color, gloss * 0.45)),
        (0.55, color),
        (0.82, darker(color, 0.34)),
        (0.94, darker(color, 0.46)),
        (1.0, darker(color, 0.20)),
    )


def metallic(color: str) -> Stops:
    """Across a cylinder of polished metal: bright and dark bands, as it mirrors a room."""
    return (
        (0.0, darker(color, 0.55)),
        (0.08, lighter(color, 0.25)),
        (0.18, lighter(color, 0.85)),
        (0.30, color),
        (0.46, darker(color, 0.45)),
        (0.60, darker(color, 0.10)),
        (0.74, lighter(color, 0.55)),
        (0.88, darker(color, 0.30)),
        (1.0, darker(color, 0.62)),
    )


def falling(color: str, depth: float = 0.3) -> Stops:
    """Down a surface that is lit from above."""
    return (0.0, lighter(color, depth)), (0.45, color), (1.0, darker(color, depth))


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
