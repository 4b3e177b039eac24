"""What the model is trained on: random pictures, minus the combinations kept back for the evaluation."""

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from worker.starter.backdrops.palette import COLOURS, MOODS, SHADES, TIMES, harmonious
from worker.starter.backdrops.scenes import BACKDROPS, OUTDOORS, SUBJECTS, Picture, render


@dataclass(frozen=True)
class Mix:
    """How often each kind of picture is drawn: the share of subjects, and the scenes the others are drawn from."""

    subjects: float
    scenes: tuple[str, ...]


EVEN = Mix(0.14, BACKDROPS)
# What looked weakest after training on the even mix comes three times as often when it goes on.
WEAK = ("silk", "rays", "desert", "confetti", "marble", "bokeh", "city", "snow", "bubbles", "mountains")
HARDER = Mix(0.25, (*BACKDROPS, *WEAK, *WEAK))
EMPTY_CAPTION_SHARE = 0.10
_SHADES_OF = {colour: [name for name, shade in SHADES.items() if shade.colour == colour] for colour in COLOURS}
# One colour in thirteen is never shown with a given backdrop, a different one for each of its neighbours.
HELD_OUT: frozenset[tuple[str, str]] = frozenset(
    (scene, COLOURS[(5 * index + 3) % len(COLOURS)]) for index, scene in enumerate(BACKDROPS)
)
_RESERVED_IN = 12


def unseen(picture: Picture) -> bool:
    """Whether the picture belongs to the evaluation: no picture with these attributes is trained on.

    That is every picture of a held-out pair of scene and colour, and one in twelve of the fuller
    descriptions (colour with time, mood or a subject's own colour), chosen by a checksum.
    """
    if (picture.scene, picture.colour) in HELD_OUT:
        return True
    if picture.shade is None or (picture.time is None and picture.mood is None and picture.tint is None):
        return False
    return zlib.crc32(repr(picture).encode()) % _RESERVED_IN == 0


def draw_picture(rng: random.Random, mix: Mix = EVEN) -> Picture:
    """One random picture that may be trained on."""
    while True:
        picture = draw_any(rng, mix)
        if not unseen(picture):
            return picture


def draw_held_out(rng: random.Random) -> Picture:
    """One random backdrop whose pair of scene and colour is held out of training."""
    scene, colour = rng.choice(sorted(HELD_OUT))
    while True:
        picture = _draw_backdrop(rng, scene, colour)
        if harmonious(picture.colour, picture.time, picture.mood):
            return picture


def draw_reserved(rng: random.Random, subject: bool) -> Picture:
    """One random full description, of a subject or a backdrop, that is kept from training."""
    while True:
        picture = draw_any(rng)
        kind = (picture.scene in SUBJECTS) == subject and (picture.scene, picture.colour) not in HELD_OUT
        if kind and unseen(picture):
            return picture


def draw_any(rng: random.Random, mix: Mix = EVEN) -> Picture:
    """One random picture, held out or not: what the judge is trained on."""
    while True:
        if rng.random() < mix.subjects:
            return _draw_subject(rng)
        colour = None if rng.random() < 0.22 else rng.choice(COLOURS)
        picture = _draw_backdrop(rng, rng.choice(mix.scenes), colour)
        if harmonious(picture.colour, picture.time, picture.mood):
            return picture


def _draw_backdrop(rng: random.Random, scene: str, colour: str | None) -> Picture:
    shade = None if colour is None else _draw_shade(rng, colour)
    time = rng.choice(TIMES) if scene in OUTDOORS and rng.random() < 0.6 else None
    mood = rng.choice(MOODS) if rng.random() < 0.35 else None
    return Picture(scene, shade, time, mood)


def _draw_subject(rng: random.Random) -> Picture:
    while True:
        tint, ground = rng.choice(COLOURS), rng.choice((None, *COLOURS))
        if tint != ground:
            break
    shade = None if ground is None else _draw_shade(rng, ground)
    return Picture(rng.choice(SUBJECTS), shade, tint=_draw_shade(rng, tint))


def _draw_shade(rng: random.Random, colour: str) -> str:
    """A word for ``colour``: the plain one half of the time."""
    return colour if rng.random() < 0.5 else rng.choice(_SHADES_OF[colour])


def stream(seed: int, count: int, mix: Mix = EVEN) -> Iterator[tuple[Picture, int]]:
    """``count`` pictures with the seed each is rendered from; the same seed gives the same stream."""
    rng = random.Random(seed)
    for _ in range(count):
        yield draw_picture(rng, mix), rng.getrandbits(48)


def render_batch(items: Sequence[tuple[Picture, int]], size: int) -> npt.NDArray[np.uint8]:
    """Render many pictures, shape ``(len(items), size, size, 3)``."""
    return np.stack([render(picture, seed, size) for picture, seed in items])
