"""In which key a melody is: its pitch classes against the profiles of Krumhansl and Kessler (1982)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from worker.music.melody import Melody
from worker.music.theory import KEYS

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_PROFILES = {"major": _MAJOR, "minor": _MINOR}
_LAST_NOTE_WEIGHT = 4.0
"""Sixteenths that the last note counts beyond its length: melodies tend to end on the tonic."""


def find_key(melody: Melody, key: str | None = None, mode: str | None = None) -> tuple[str, str]:
    """The key and mode that fit best; what is given is taken as it is.

    The church modes are told from major and minor by the degree in which they differ from them.
    """
    weights = _weights(melody)
    if mode is not None and key is not None:
        return key, mode
    best = max(_candidates(key, mode), key=lambda each: _fit(weights, *each))
    found, family = KEYS[best[0]], best[1]
    if mode is not None:
        return found, mode
    return found, _church_mode(np.roll(weights, -best[0]), family)


def _weights(melody: Melody) -> NDArray[np.float64]:
    weights = np.zeros(12)
    for note in melody.notes:
        weights[note.pitch % 12] += note.duration
    weights[melody.notes[-1].pitch % 12] += _LAST_NOTE_WEIGHT
    return weights


def _candidates(key: str | None, mode: str | None) -> Iterator[tuple[int, str]]:
    families = ("major", "minor") if mode is None else (_family(mode),)
    for tonic in range(12) if key is None else (KEYS.index(key),):
        for family in families:
            yield tonic, family


def _family(mode: str) -> str:
    return "minor" if mode in ("minor", "dorian") else "major"


def _fit(weights: NDArray[np.float64], tonic: int, family: str) -> float:
    profile = np.array(_PROFILES[family])
    turned = np.roll(weights, -tonic)
    if turned.std() == 0:
        return 0.0
    return float(np.corrcoef(turned, profile)[0, 1])


def _church_mode(above_tonic: NDArray[np.float64], family: str) -> str:
    if family == "minor":
        return "dorian" if above_tonic[9] > above_tonic[8] else "minor"
    return "mixolydian" if above_tonic[10] > above_tonic[11] else "major"
