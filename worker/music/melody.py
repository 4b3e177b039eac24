"""A single line of notes on the grid of sixteenths, as it is read from a file or morphed between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from worker.music.piece import SIXTEENTHS_A_BAR, Event
from worker.music.vocabulary import HIGHEST_NOTE, HOLD, LOWEST_NOTE, REST, note_token


@dataclass(frozen=True, slots=True)
class MelodyNote:
    """One note: where it begins and how long it is in sixteenths, and its MIDI pitch."""

    start: int
    duration: int
    pitch: int

    @property
    def end(self) -> int:
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class Melody:
    """Notes one after another, none over another; ``tempo`` in beats a minute."""

    notes: tuple[MelodyNote, ...]
    tempo: int

    @property
    def bars(self) -> int:
        """Bars of four beats up to the end of the last note."""
        return -(-self.notes[-1].end // SIXTEENTHS_A_BAR)

    def relative(self, tonic: int) -> tuple[int, ...]:
        """Every note in semitones above the tonic.

        The line is first moved by whole octaves to lie where the model's melodies do; then notes that are still beyond
        its range are folded into it by octaves.
        """
        raw = [note.pitch - tonic for note in self.notes]
        middle = sorted(raw)[len(raw) // 2]
        shift = 0
        if min(raw) < LOWEST_NOTE or max(raw) > HIGHEST_NOTE:
            shift = 12 * round(((LOWEST_NOTE + HIGHEST_NOTE) / 2 - middle) / 12)
        return tuple(_folded(pitch + shift) for pitch in raw)

    def events(self, tonic: int) -> list[tuple[Event, ...]]:
        """Every bar as the vocabulary writes it: what lies over a bar line is cut there and held."""
        pitches = self.relative(tonic)
        line = [(note.start, note.end, note_token(pitch)) for note, pitch in zip(self.notes, pitches, strict=True)]
        return [_bar_events(line, bar * SIXTEENTHS_A_BAR) for bar in range(self.bars)]


def _bar_events(line: Sequence[tuple[int, int, str]], begin: int) -> tuple[Event, ...]:
    events: list[Event] = []
    at, end_of_bar = begin, begin + SIXTEENTHS_A_BAR
    for start, end, name in line:
        if end <= begin or start >= end_of_bar:
            continue
        if start > at:
            events.append(Event(REST, start - at))
        sounding = max(start, begin)
        events.append(Event(HOLD if start < begin else name, min(end, end_of_bar) - sounding))
        at = min(end, end_of_bar)
    if at < end_of_bar:
        events.append(Event(REST, end_of_bar - at))
    return tuple(events)


def _folded(pitch: int) -> int:
    while pitch > HIGHEST_NOTE:
        pitch -= 12
    while pitch < LOWEST_NOTE:
        pitch += 12
    return pitch
