"""Chords of a phrase: a progression of the mode, ended by a cadence."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from worker.music.theory import LEADING_TONE, QUALITIES, SCALES, chord_tones
from worker.starter.notes.styles import PROGRESSIONS


class Cadence(StrEnum):
    """How a phrase ends: open, on the dominant or what stands for it, or closed, on the tonic."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord on a degree of the scale (0 to 6), by its root above the tonic and its quality."""

    degree: int
    root: int
    quality: str

    @property
    def token(self) -> str:
        return f"CHORD_{self.root}_{self.quality}"

    @property
    def tones(self) -> tuple[int, ...]:
        return chord_tones(self.root, self.quality)

    @property
    def raises_leading_tone(self) -> bool:
        return LEADING_TONE in self.tones


def chord_on(degree: int, mode: str, sevenths: bool, raised: bool) -> Chord:
    """The chord of thirds on a degree; ``raised`` makes the dominant of a minor key major."""
    scale = SCALES[mode]
    stacked = [scale[(degree + step) % 7] for step in ((0, 2, 4, 6) if sevenths else (0, 2, 4))]
    if mode == "minor" and degree == 4 and raised:
        stacked[1] = LEADING_TONE
    steps = tuple((tone - stacked[0]) % 12 for tone in stacked)
    # A half-diminished or other seventh that has no name here is left out.
    for chosen in (steps, steps[:3]):
        for quality, known in QUALITIES.items():
            if known == chosen:
                return Chord(degree, stacked[0], quality)
    raise ValueError(f"there is no chord on degree {degree} of {mode}")


class Harmonist:
    """Draws the chords of a piece's phrases."""

    def __init__(self, rng: random.Random, mode: str, sevenths: bool) -> None:
        self._rng = rng
        self._mode = mode
        self._sevenths = sevenths
        self._raised = rng.random() < 0.6

    def progression(self) -> tuple[int, ...]:
        """Four degrees."""
        return self._rng.choice(PROGRESSIONS[self._mode])

    def phrase(self, progression: tuple[int, ...], bars: int, cadence: Cadence) -> list[Chord]:
        """A chord a bar: the progression, with its end turned to the cadence."""
        degrees = [progression[index % 4] for index in range(bars)]
        subtonic_cadence = self._mode in ("dorian", "mixolydian")
        dominant = 6 if subtonic_cadence else 4
        if cadence is Cadence.CLOSED:
            degrees[-1] = 0
            if bars > 1 and degrees[-2] == 0:
                degrees[-2] = dominant
        elif degrees[-1] == 0:
            degrees[-1] = dominant
        return [chord_on(degree, self._mode, self._sevenths and degree != 4, self._raised) for degree in degrees]
