"""Scales and chords, in semitones above the tonic."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from shared.catalog.inputs.notes import Key, Mode

KEYS: tuple[str, ...] = get_args(Key)
MODES: tuple[str, ...] = get_args(Mode)

SCALES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
}
LEADING_TONE = 11
QUALITIES: Mapping[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dom7": (0, 4, 7, 10),
}


def pitch_classes(mode: str) -> frozenset[int]:
    """What is in key: the scale, and in minor the leading tone besides, as in the harmonic minor."""
    extra = {LEADING_TONE} if mode == "minor" else set()
    return frozenset(SCALES[mode]) | extra


def chord_tones(root: int, quality: str) -> tuple[int, ...]:
    """Pitch classes of a chord from its root up."""
    return tuple((root + step) % 12 for step in QUALITIES[quality])


def tonic_pitch(key: str) -> int:
    """The MIDI number of the tonic around which melodies lie: G3 (55) to F sharp 4 (66)."""
    above_c = KEYS.index(key)
    return 60 + (above_c if above_c <= 6 else above_c - 12)
