"""The list of what can be drawn, and `render`, which draws one picture from its attributes and seed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker.starter.backdrops import abstracts, coasts, landscapes, studios, subjects, textures
from worker.starter.backdrops.canvas import Canvas
from worker.starter.backdrops.palette import SHADES, Palette

PAINTERS: dict[str, Callable[[Canvas, Palette], None]] = {
    "beach": coasts.beach,
    "ocean": coasts.ocean,
    "desert": coasts.desert,
    "clouds": coasts.clouds,
    "stars": coasts.stars,
    "mountains": landscapes.mountains,
    "forest": landscapes.forest,
    "meadow": landscapes.meadow,
    "snow": landscapes.snow,
    "city": landscapes.city,
    "studio": studios.studio,
    "podium": studios.podium,
    "table": studios.table,
    "spotlight": studios.spotlight,
    "gradient": abstracts.gradient,
    "bokeh": abstracts.bokeh,
    "confetti": abstracts.confetti,
    "waves": abstracts.waves,
    "bubbles": abstracts.bubbles,
    "marble": textures.marble,
    "silk": textures.silk,
    "rays": textures.rays,
}
BACKDROPS: tuple[str, ...] = tuple(PAINTERS)
SUBJECTS: tuple[str, ...] = tuple(subjects.OUTLINES)
SCENES: tuple[str, ...] = BACKDROPS + SUBJECTS
OUTDOORS: frozenset[str] = frozenset(
    {"beach", "ocean", "desert", "clouds", "mountains", "forest", "meadow", "snow", "city"}
)


@dataclass(frozen=True)
class Picture:
    """What one picture shows: the attributes that its captions are written from.

    ``shade`` dyes the whole scene (the ground behind a subject); ``tint`` is a subject's own shade.
    """

    scene: str
    shade: str | None = None
    time: str | None = None
    mood: str | None = None
    tint: str | None = None

    @property
    def colour(self) -> str | None:
        """The colour class that dominates, or None when the scene keeps its natural colours."""
        return None if self.shade is None else SHADES[self.shade].colour


def render(picture: Picture, seed: int, size: int = 256) -> npt.NDArray[np.uint8]:
    """Draw ``picture`` as 8-bit sRGB ``(size, size, 3)``; the same seed gives the same pixels."""
    canvas = Canvas(size, np.random.default_rng(seed))
    palette = Palette(picture.shade, picture.time, picture.mood)
    if picture.scene in PAINTERS:
        PAINTERS[picture.scene](canvas, palette)
    else:
        subjects.paint_subject(canvas, palette, Palette(picture.tint, None, None), picture.scene)
    if picture.mood == "dreamy":
        canvas.bloom(0.28)
    return canvas.to_bytes()
