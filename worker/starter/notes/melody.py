"""Melodies: a motif that is repeated, moved to the chord of its bar, varied, and brought to a cadence.

Pitches are degrees of the scale: 0 is the tonic, 7 the tonic an octave above.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from worker.music.piece import SIXTEENTHS_A_BAR, Event
from worker.music.theory import LEADING_TONE, SCALES
from worker.music.vocabulary import REST, note_token
from worker.starter.notes.harmony import Cadence, Chord
from worker.starter.notes.styles import CELLS, Style

_CADENCES = {
    Cadence.CLOSED: ("4 4 8", "2 2 12", "16", "4 12", "6 2 8"),
    Cadence.OPEN: ("4 4 8", "2 2 4 8", "6 10", "8 8"),
}
_WIDEST = 9


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note of a degree, or a rest, of so many sixteenths."""

    degree: int | None
    duration: int


@dataclass(frozen=True, slots=True)
class Motif:
    """One bar's rhythm and its steps from the note it begins with."""

    rhythm: tuple[str, ...]
    contour: tuple[int, ...]


class Melodist:
    """Draws the melody of one piece."""

    def __init__(self, rng: random.Random, style: Style, mode: str, register: int) -> None:
        self._rng = rng
        # A melody that somebody gives may lie low and leave the scale: some of those learned from do, too.
        self._octave = -1 if rng.random() < 0.08 else 0
        self._chromatic = rng.random() < 0.05
        self._style = style
        self._scale = SCALES[mode]
        self._lowest, self._highest = register - 5, register + 6
        self._register = register

    def motif(self) -> Motif:
        """Two half bars of the mood's rhythm, and a line that mostly goes by step and turns back after a leap."""
        names, weights = zip(*self._style.cells.items(), strict=True)
        kind = self._rng.choices(names, weights)[0]
        rhythm = [part for _ in range(2) for part in self._rng.choice(CELLS[kind]).split()]
        contour, at, last = [0], 0, 0
        for _ in rhythm[1:]:
            step = self._step(last)
            at += step
            if abs(at) > 4:
                at -= 2 * step
            contour.append(at)
            last = step
        return Motif(tuple(rhythm), tuple(contour))

    def _step(self, last: int) -> int:
        if abs(last) > 1:
            return -1 if last > 0 else 1
        if self._rng.random() < self._style.leap:
            return self._rng.choice((-4, -3, -2, 2, 3, 4))
        return self._rng.choice((-1, -1, 0, 1, 1))

    def phrase(self, motifs: Sequence[Motif], chords: Sequence[Chord], cadence: Cadence) -> list[list[Sounding]]:
        """A bar a chord: the motifs in turn, then the cadence."""
        bars: list[list[Sounding]] = []
        anchor = self._nearest_tone(self._register, chords[0])
        for index, chord in enumerate(chords):
            if index == len(chords) - 1 and len(chords) > 1:
                bars.append(self._cadence(chord, cadence, anchor))
                continue
            anchor = self._nearest_tone(anchor, chord)
            bars.append(self._follow(motifs[index % len(motifs)], chord, anchor))
        return bars

    def _follow(self, motif: Motif, chord: Chord, anchor: int) -> list[Sounding]:
        bar, at = [], 0
        for part, offset in zip(motif.rhythm, motif.contour, strict=True):
            length = int(part.removesuffix("r"))
            degree = self._within(anchor + offset)
            if at % 8 == 0 or length >= 6:
                degree = self._nearest_tone(degree, chord)
            bar.append(Sounding(None if part.endswith("r") else degree, length))
            at += length
        return bar

    def _cadence(self, chord: Chord, cadence: Cadence, anchor: int) -> list[Sounding]:
        lengths = [int(part) for part in self._rng.choice(_CADENCES[cadence]).split()]
        if cadence is Cadence.CLOSED:
            goal = 0 if abs(anchor) <= abs(anchor - 7) else 7
        else:
            goal = self._nearest_tone(anchor, chord)
        # Down or up to the goal by step; the first note belongs to the chord.
        direction = 1 if anchor >= goal else -1
        degrees = [self._within(goal + direction * (len(lengths) - 1 - index)) for index in range(len(lengths))]
        degrees[0] = self._nearest_tone(degrees[0], chord)
        degrees[-1] = goal
        return [Sounding(degree, length) for degree, length in zip(degrees, lengths, strict=True)]

    def varied(self, bar: Sequence[Sounding]) -> list[Sounding]:
        """The same bar with one long note divided, the second half a neighbouring note."""
        long = [index for index, note in enumerate(bar) if note.duration in (4, 8) and note.degree is not None]
        if not long:
            return list(bar)
        chosen = self._rng.choice(long)
        degree, half = bar[chosen].degree or 0, bar[chosen].duration // 2
        neighbour = self._within(degree + self._rng.choice((-1, 1)))
        return [*bar[:chosen], Sounding(degree, half), Sounding(neighbour, half), *bar[chosen + 1 :]]

    def detached(self, bar: Sequence[Sounding]) -> list[Sounding]:
        """Long notes ended early: the rest of their time is silence."""
        played: list[Sounding] = []
        for note in bar:
            if note.degree is not None and note.duration >= 4:
                played += [replace(note, duration=note.duration - 1), Sounding(None, 1)]
            else:
                played.append(note)
        return played

    def events(self, bar: Sequence[Sounding], chord: Chord) -> tuple[Event, ...]:
        """The bar as the vocabulary writes it. Over a major dominant in minor, the seventh degree is raised."""
        assert sum(note.duration for note in bar) == SIXTEENTHS_A_BAR
        return tuple(
            Event(
                REST if note.degree is None else note_token(self._semitones(note.degree, note.duration, chord)),
                note.duration,
            )
            for note in bar
        )

    def _semitones(self, degree: int, duration: int, chord: Chord) -> int:
        octave, within = divmod(degree, 7)
        step = LEADING_TONE if within == 6 and chord.raises_leading_tone else self._scale[within]
        approach = 1 if self._chromatic and duration <= 2 and self._rng.random() < 0.3 else 0
        return step - approach + 12 * (octave + self._octave)

    def _within(self, degree: int) -> int:
        while degree > self._highest:
            degree -= 7
        while degree < self._lowest:
            degree += 7
        return degree

    def _nearest_tone(self, degree: int, chord: Chord) -> int:
        tones = [(chord.degree + step) % 7 for step in (0, 2, 4)]
        candidates = [degree + away for away in range(-_WIDEST, _WIDEST) if (degree + away) % 7 in tones]
        inside = [each for each in candidates if self._lowest <= each <= self._highest] or candidates
        return min(inside, key=lambda each: (abs(each - degree), each))
