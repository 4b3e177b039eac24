"""A picture of a score: time from left to right, pitch from bottom to top, a colour a voice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from worker.music.piece import SIXTEENTHS_A_BAR, Voice
from worker.music.score import Note, Part, Score

Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

_SCALE = 2
"""Drawn so many times as large and then reduced, for smooth edges."""
_SEMITONE = 11
_DRUM_ROW = 12
_KEYBOARD = 54
_MARGIN = 26
_TOP = 84
_GAP = 16
_BOTTOM = 34
_LEAST_OCTAVES = 2

_PAPER: Colour = (253, 246, 233)
_ROLL: Colour = (255, 251, 242)
_BLACK_ROW: Colour = (246, 237, 220)
_BEAT_LINE: Colour = (238, 226, 205)
_BAR_LINE: Colour = (214, 196, 168)
_INK: Colour = (60, 42, 28)
_FADED: Colour = (140, 118, 94)
COLOURS: Mapping[Voice, Colour] = {
    Voice.MELODY: (201, 74, 38),
    Voice.HARMONY: (226, 164, 62),
    Voice.BASS: (57, 94, 86),
    Voice.DRUMS: (108, 90, 112),
}
# From the top down: cymbals above, the kick drum below.
_DRUM_ROWS = (49, 46, 42, 70, 50, 45, 38, 36)
_BLACK_KEYS = frozenset({1, 3, 6, 8, 10})


def draw(score: Score) -> NDArray[np.uint8]:
    """The picture, ``(height, width, 3)``. The same score gives the same pixels."""
    return _Roll(score).picture()


class _Roll:
    """One drawing. Coordinates are in pixels of the finished picture."""

    def __init__(self, score: Score) -> None:
        self._score = score
        pitches = [note.pitch for part in score.parts if part.voice is not Voice.DRUMS for note in part.notes] or [60]
        self._lowest = min(pitches) - 2
        self._highest = max(max(pitches) + 2, self._lowest + 12 * _LEAST_OCTAVES)
        self._drums = any(part.voice is Voice.DRUMS for part in score.parts)
        self._sixteenth = float(np.clip(1500 / (score.bars * SIXTEENTHS_A_BAR), 3, 9))
        self._left = _MARGIN + _KEYBOARD
        self._right = self._left + self._sixteenth * SIXTEENTHS_A_BAR * score.bars
        self._floor = _TOP + _SEMITONE * (self._highest - self._lowest + 1)
        self._drum_floor = self._floor + (_GAP + _DRUM_ROW * len(_DRUM_ROWS) if self._drums else 0)
        width, height = round(self._right) + _MARGIN, self._drum_floor + _BOTTOM
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), _PAPER)
        self._pen = ImageDraw.Draw(self._image)

    def picture(self) -> NDArray[np.uint8]:
        self._rows()
        self._lines()
        self._keyboard()
        for part in sorted(self._score.parts, key=lambda each: list(Voice).index(each.voice), reverse=True):
            for note in part.notes:
                self._note(part, note)
        self._heading()
        width, height = self._image.size
        reduced = self._image.resize((width // _SCALE, height // _SCALE), Image.Resampling.LANCZOS)
        return np.asarray(reduced, dtype=np.uint8).copy()

    def _x(self, sixteenth: float) -> float:
        return self._left + sixteenth * self._sixteenth

    def _y(self, pitch: int) -> float:
        """The upper edge of a pitch's row."""
        return self._floor - _SEMITONE * (pitch - self._lowest + 1)

    def _box(self, box: Box, colour: Colour, radius: float = 0) -> None:
        scaled = [edge * _SCALE for edge in box]
        self._pen.rounded_rectangle((scaled[0], scaled[1], scaled[2] - 1, scaled[3] - 1), radius * _SCALE, fill=colour)

    def _text(self, place: tuple[float, float], text: str, size: int, colour: Colour, anchor: str = "ls") -> None:
        font = ImageFont.load_default(size * _SCALE)
        self._pen.text((place[0] * _SCALE, place[1] * _SCALE), text, colour, font, anchor)

    def _rows(self) -> None:
        self._box((self._left, _TOP, self._right, self._floor), _ROLL)
        for pitch in range(self._lowest, self._highest + 1):
            if pitch % 12 in _BLACK_KEYS:
                self._box((self._left, self._y(pitch), self._right, self._y(pitch) + _SEMITONE), _BLACK_ROW)
        if self._drums:
            self._box((self._left, self._floor + _GAP, self._right, self._drum_floor), _ROLL)

    def _lines(self) -> None:
        floors = [(_TOP, self._floor)] + ([(self._floor + _GAP, self._drum_floor)] if self._drums else [])
        for beat in range(self._score.bars * 4 + 1):
            at = self._x(beat * 4)
            for top, floor in floors:
                self._box((at - 0.5, top, at + 0.5, floor), _BAR_LINE if beat % 4 == 0 else _BEAT_LINE)
        every = 1 if self._sixteenth * SIXTEENTHS_A_BAR >= 46 else 2
        for bar in range(0, self._score.bars, every):
            self._text((self._x(bar * SIXTEENTHS_A_BAR) + 4, _TOP - 6), self._score.chords[bar], 12, _INK)
            self._text((self._x(bar * SIXTEENTHS_A_BAR) + 4, self._drum_floor + 16), str(bar + 1), 11, _FADED)

    def _keyboard(self) -> None:
        for pitch in range(self._lowest, self._highest + 1):
            top = self._y(pitch)
            black = pitch % 12 in _BLACK_KEYS
            self._box((_MARGIN, top, self._left - 2, top + _SEMITONE), _ROLL)
            if black:
                self._box((_MARGIN, top + 1, self._left - 20, top + _SEMITONE - 1), _INK, 2)
            if pitch % 12 == 0:
                self._box((_MARGIN, top + _SEMITONE - 1, self._left - 2, top + _SEMITONE), _BAR_LINE)
                self._text((self._left - 5, top + _SEMITONE - 1), f"C{pitch // 12 - 1}", 10, _FADED, "rs")
        if self._drums:
            self._text((self._left - 8, self._floor + _GAP + 14), "drums", 11, _FADED, "rs")

    def _note(self, part: Part, note: Note) -> None:
        strength = 0.55 + 0.45 * min(1.0, note.velocity / 100)
        colour = _between(_ROLL, COLOURS[part.voice], strength)
        if part.voice is Voice.DRUMS:
            centre = self._floor + _GAP + _DRUM_ROW * (_DRUM_ROWS.index(note.pitch) + 0.5)
            left = self._x(note.start) + 1
            self._box((left, centre - 4, left + min(8, self._sixteenth * 1.4), centre + 4), colour, 3)
            return
        top, left = self._y(note.pitch), self._x(note.start)
        right = max(left + 3, self._x(note.start + note.duration) - 1)
        self._box((left, top + 0.5, right, top + _SEMITONE - 0.5), colour, 3)

    def _heading(self) -> None:
        self._text((_MARGIN, 34), self._score.title, 20, _INK)
        counted = f"{self._score.tempo} beats a minute, {self._score.bars} bars, {self._score.seconds:.0f} seconds"
        self._text((_MARGIN, 54), counted, 12, _FADED)
        at = self._right
        for voice in reversed([voice for voice in Voice if any(part.voice is voice for part in self._score.parts)]):
            width = ImageFont.load_default(12 * _SCALE).getlength(voice.value) / _SCALE
            self._text((at - width, 54), voice.value, 12, _FADED)
            self._box((at - width - 18, 44, at - width - 6, 54), COLOURS[voice], 3)
            at -= width + 34


def _between(first: Colour, second: Colour, weight: float) -> Colour:
    mixed = [round(one + weight * (other - one)) for one, other in zip(first, second, strict=True)]
    return mixed[0], mixed[1], mixed[2]
