"""The way from one melody to another: what a melody in between would do, as log-probabilities.

At a weight ``w`` between 0 and 1, and for every sixteenth: an event begins with the probability that the two melodies'
own beginnings have when they are mixed ``1 - w`` to ``w``; it sounds or rests by the same mixture; and a note's pitch
is normally distributed around the point that divides the two melodies' pitches in that proportion. Multiplied with
what the model expects, these let the model choose the notes while the line moves from the first to the second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from worker.music.melody import Melody
from worker.music.piece import SIXTEENTHS_A_BAR
from worker.music.vocabulary import HOLD, REST

_LEAST = 0.02
"""No event is ruled out, and none certain: the model has a say in all."""
_SEMITONES = 1.5
"""Standard deviation of a pitch around the line between the melodies."""


@dataclass(frozen=True)
class Line:
    """A melody on the grid, by sixteenths: pitch above the tonic, whether it sounds, whether an event begins."""

    pitch: NDArray[np.float64]
    sounds: NDArray[np.float64]
    begins: NDArray[np.float64]

    @classmethod
    def of(cls, melody: Melody, tonic: int) -> Line:
        """In a rest the pitch is that of the note before it."""
        frames = melody.bars * SIXTEENTHS_A_BAR
        pitches = melody.relative(tonic)
        pitch = np.full(frames, float(pitches[0]))
        sounds, begins = np.zeros(frames), np.zeros(frames)
        begins[0] = 1
        for note, relative in zip(melody.notes, pitches, strict=True):
            pitch[note.start :] = relative
            sounds[note.start : note.end] = 1
            begins[note.start] = 1
            if note.end < frames:
                begins[note.end] = 1
        return cls(pitch, sounds, begins)


@dataclass(frozen=True)
class Morph:
    """What lies between two melodies at a weight, in so many bars; the shorter one is repeated."""

    first: Line
    second: Line
    weight: float
    bars: int

    def of_event(self, bar: int, at: int, name: str) -> float:
        """Log-probability, but for a constant, that this event begins at a sixteenth of a bar."""
        moment = bar * SIXTEENTHS_A_BAR + at
        sounds = self._sounds[moment]
        if name == REST:
            return math.log(1 - sounds)
        if name == HOLD:
            return math.log(sounds) + math.log(1 - self._begins[moment])
        away = (int(name.removeprefix("NOTE_")) - self._pitch[moment]) / _SEMITONES
        begins = math.log(self._begins[moment]) if at == 0 and bar > 0 else 0.0
        return math.log(sounds) + begins - 0.5 * float(away) ** 2

    def of_duration(self, bar: int, at: int, duration: int) -> float:
        """Log-probability that what begins there goes on so long: until the next beginning, or the bar line."""
        begin = bar * SIXTEENTHS_A_BAR + at
        probability = float(np.log(1 - self._begins[begin + 1 : begin + duration]).sum())
        if at + duration < SIXTEENTHS_A_BAR:
            probability += math.log(self._begins[begin + duration])
        return probability

    def _mixed(self, first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
        frames = self.bars * SIXTEENTHS_A_BAR
        mixed: NDArray[np.float64] = (1 - self.weight) * np.resize(first, frames) + self.weight * np.resize(
            second, frames
        )
        return mixed

    @cached_property
    def _pitch(self) -> NDArray[np.float64]:
        return self._mixed(self.first.pitch, self.second.pitch)

    @cached_property
    def _sounds(self) -> NDArray[np.float64]:
        return self._mixed(self.first.sounds, self.second.sounds).clip(_LEAST, 1 - _LEAST)

    @cached_property
    def _begins(self) -> NDArray[np.float64]:
        return self._mixed(self.first.begins, self.second.begins).clip(_LEAST, 1 - _LEAST)
