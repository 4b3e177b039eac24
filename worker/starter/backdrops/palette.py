"""Colour for the backdrops: named shades, and a palette that lights and dyes every colour a scene asks for.

Colours are given in OKLCH (Ottosson, "A perceptual color space for image processing", 2020) because
equal steps of lightness look equal there: a scene keeps its light and shadow whatever hue it is dyed.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RGB = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Shade:
    """One colour word: its class, hue in degrees, chroma, and the lightness range it spreads over."""

    colour: str
    hue: float
    chroma: float
    darkest: float
    lightest: float


SHADES: dict[str, Shade] = {
    "red": Shade("red", 25, 0.200, 0.20, 0.67),
    "crimson": Shade("red", 20, 0.190, 0.16, 0.61),
    "scarlet": Shade("red", 29, 0.210, 0.22, 0.68),
    "ruby": Shade("red", 18, 0.190, 0.18, 0.61),
    "orange": Shade("orange", 55, 0.165, 0.34, 0.88),
    "tangerine": Shade("orange", 51, 0.175, 0.36, 0.86),
    "amber": Shade("orange", 64, 0.155, 0.36, 0.88),
    "yellow": Shade("yellow", 98, 0.160, 0.52, 0.97),
    "golden": Shade("yellow", 89, 0.150, 0.46, 0.94),
    "lemon": Shade("yellow", 104, 0.160, 0.56, 0.98),
    "mustard": Shade("yellow", 92, 0.140, 0.44, 0.88),
    "green": Shade("green", 146, 0.140, 0.20, 0.92),
    "emerald": Shade("green", 156, 0.140, 0.18, 0.82),
    "mint": Shade("green", 158, 0.080, 0.46, 0.97),
    "sage": Shade("green", 140, 0.065, 0.34, 0.91),
    "teal": Shade("teal", 192, 0.110, 0.20, 0.88),
    "turquoise": Shade("teal", 188, 0.125, 0.34, 0.93),
    "aqua": Shade("teal", 198, 0.100, 0.42, 0.95),
    "blue": Shade("blue", 255, 0.160, 0.20, 0.90),
    "navy": Shade("blue", 262, 0.100, 0.12, 0.52),
    "azure": Shade("blue", 246, 0.130, 0.34, 0.93),
    "cobalt": Shade("blue", 261, 0.190, 0.18, 0.76),
    "purple": Shade("purple", 304, 0.155, 0.20, 0.86),
    "violet": Shade("purple", 297, 0.165, 0.20, 0.84),
    "lavender": Shade("purple", 300, 0.080, 0.48, 0.95),
    "lilac": Shade("purple", 311, 0.085, 0.48, 0.95),
    "pink": Shade("pink", 355, 0.130, 0.42, 0.95),
    "rose": Shade("pink", 4, 0.125, 0.42, 0.91),
    "blush": Shade("pink", 8, 0.065, 0.56, 0.96),
    "magenta": Shade("pink", 345, 0.200, 0.34, 0.84),
    "brown": Shade("brown", 55, 0.070, 0.14, 0.64),
    "chocolate": Shade("brown", 48, 0.060, 0.11, 0.52),
    "mocha": Shade("brown", 58, 0.055, 0.16, 0.62),
    "beige": Shade("beige", 80, 0.040, 0.54, 0.95),
    "cream": Shade("beige", 90, 0.042, 0.66, 0.98),
    "white": Shade("white", 95, 0.005, 0.76, 1.00),
    "gray": Shade("gray", 250, 0.007, 0.22, 0.84),
    "grey": Shade("gray", 250, 0.007, 0.22, 0.84),
    "silver": Shade("gray", 250, 0.006, 0.38, 0.90),
    "black": Shade("black", 262, 0.008, 0.04, 0.36),
    "onyx": Shade("black", 262, 0.006, 0.03, 0.33),
}
COLOURS: tuple[str, ...] = tuple(dict.fromkeys(shade.colour for shade in SHADES.values()))
TIMES: tuple[str, ...] = ("day", "sunset", "night", "dawn")
MOODS: tuple[str, ...] = ("calm", "bright", "dark", "warm", "cool", "pastel", "vivid", "dreamy")

_DULL = frozenset({"brown", "beige", "white", "gray", "black"})
# Pairs whose picture would contradict the colour word: dark orange is brown, pastel red is pink.
_MOOD_CLASHES: dict[str, frozenset[str]] = {
    "calm": frozenset(),
    "dreamy": frozenset({"black"}),
    "bright": frozenset({"black", "brown", "gray"}),
    "dark": frozenset({"orange", "yellow", "pink", "beige", "white"}),
    "warm": frozenset({"blue", "teal", "green", "purple", "white", "gray", "black"}),
    "cool": frozenset({"red", "orange", "yellow", "pink", "brown", "beige", "white", "gray", "black"}),
    "pastel": frozenset({"red", "orange", "brown", "white", "gray", "black"}),
    "vivid": _DULL,
}
_TIME_CLASHES: dict[str, frozenset[str]] = {
    "day": frozenset({"black"}),
    "sunset": frozenset({"white", "black", "gray"}),
    "night": frozenset({"orange", "yellow", "beige", "white"}),
    "dawn": frozenset({"black"}),
}


def harmonious(colour: str | None, time: str | None, mood: str | None) -> bool:
    """Whether a picture can show this colour, time of day and mood together."""
    if colour is not None and mood is not None and colour in _MOOD_CLASHES[mood]:
        return False
    if colour is not None and time is not None and colour in _TIME_CLASHES[time]:
        return False
    return not (time == "night" and mood in ("bright", "pastel"))


def oklch_to_rgb(lightness: float, chroma: float, hue: float) -> RGB:
    """Convert OKLCH (lightness 0-1, chroma, hue in degrees) to gamma-encoded sRGB, shape ``(3,)``.

    Chroma is reduced until the colour fits the sRGB gamut, so that hue and lightness survive.
    """
    lightness = min(max(lightness, 0.0), 1.0)
    angle = math.radians(hue)
    for _ in range(12):
        linear = _linear_rgb(lightness, chroma * math.cos(angle), chroma * math.sin(angle))
        if all(-0.002 <= value <= 1.002 for value in linear):
            break
        chroma *= 0.86
    return np.array([_gamma(min(max(value, 0.0), 1.0)) for value in linear], np.float32)


def _linear_rgb(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _gamma(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


@dataclass(frozen=True)
class Palette:
    """Turns the natural colour a scene asks for into the colour the prompt asks for."""

    shade: str | None = None
    time: str | None = None
    mood: str | None = None

    def ink(self, lightness: float, chroma: float, hue: float, keep: float = 0.0) -> RGB:
        """Colour of a lit surface; ``keep`` (0-1) is the share of its own hue it keeps when dyed."""
        a, b = _rectangular(chroma, hue)
        if self.time == "sunset":
            lightness, a, b = lightness * 0.80, a + 0.022, b + 0.024
        elif self.time == "dawn":
            lightness, a, b = 0.06 + lightness * 0.90, a * 0.85 + 0.014, b * 0.85 + 0.004
        elif self.time == "night":
            lightness, a, b = 0.05 + lightness * 0.40, a * 0.55 - 0.004, b * 0.55 - 0.030
        return self._finish(lightness, a, b, keep)

    def air(self, lightness: float, chroma: float, hue: float, keep: float = 0.0) -> RGB:
        """Colour of sky or light itself, which the time of day has already decided."""
        a, b = _rectangular(chroma, hue)
        return self._finish(lightness, a, b, keep)

    def _finish(self, lightness: float, a: float, b: float, keep: float) -> RGB:
        if self.shade is not None:
            lightness, a, b = _dye(SHADES[self.shade], lightness, a, b, keep)
        if self.mood is not None:
            lightness, a, b = _grade(self.mood, lightness, a, b)
        return oklch_to_rgb(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)))


def _rectangular(chroma: float, hue: float) -> tuple[float, float]:
    return chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))


def _dye(shade: Shade, lightness: float, a: float, b: float, keep: float) -> tuple[float, float, float]:
    """Replace the hue by the shade's, keeping the order of lightness and a trace of the old hue."""
    spread = shade.darkest + (shade.lightest - shade.darkest) * lightness
    # Full chroma in the middle tones, less in highlights and deep shadows, as in a photograph.
    chroma = shade.chroma * (0.42 + 0.58 * max(0.0, 1 - abs(2 * lightness - 1.05) ** 2.2))
    own = math.hypot(a, b)
    lean = 0.0
    if own > 0.01:
        away = (math.degrees(math.atan2(b, a)) - shade.hue + 180) % 360 - 180
        lean = max(-9.0, min(9.0, away * 0.10))
    dyed_a, dyed_b = _rectangular(chroma, shade.hue + lean)
    blended = keep * lightness + (1 - keep) * spread
    return blended, keep * a + (1 - keep) * dyed_a, keep * b + (1 - keep) * dyed_b


@dataclass(frozen=True)
class _Grade:
    """A mood as a photographer's grading: lightness ``offset + gain * L``, chroma factor, a push of hue."""

    offset: float
    gain: float
    chroma: float
    a: float = 0.0
    b: float = 0.0


_GRADES: dict[str, _Grade] = {
    "calm": _Grade(0.122, 0.82, 0.84),
    "bright": _Grade(0.30, 0.70, 1.08),
    "dark": _Grade(0.0, 0.62, 0.88),
    "warm": _Grade(0.0, 1.0, 1.0, 0.018, 0.034),
    "cool": _Grade(0.0, 1.0, 1.0, -0.020, -0.034),
    "pastel": _Grade(0.56, 0.42, 0.58),
    "vivid": _Grade(-0.04, 1.08, 1.40),
    "dreamy": _Grade(0.22, 0.76, 0.84),
}


def _grade(mood: str, lightness: float, a: float, b: float) -> tuple[float, float, float]:
    grade = _GRADES[mood]
    return grade.offset + grade.gain * lightness, a * grade.chroma + grade.a, b * grade.chroma + grade.b
