"""Compose a whole piece: attributes, form, phrases, voices. Everything follows the generator it is given."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import get_args

from shared.catalog.inputs.notes import Lead
from worker.music.piece import Attributes, Bar, Event, Piece, Voice
from worker.music.theory import KEYS
from worker.music.vocabulary import HOLD, REST, TEMPOS
from worker.starter.notes.harmony import Cadence, Chord, Harmonist
from worker.starter.notes.melody import Melodist, Motif, Sounding
from worker.starter.notes.styles import BASS, DRUMS, FILLS, HARMONY, REGISTER_OF_LEAD, STYLES, Style, Weighted

LEADS: tuple[str, ...] = get_args(Lead)
_LENGTHS = {4: 3, 6: 1, 8: 6, 10: 1, 12: 3, 14: 1, 16: 4, 20: 1, 24: 2, 32: 1}
_PHRASE = 4
_HIGHEST_REGISTER = 11


def _pick(rng: random.Random, weighted: Weighted) -> str:
    return rng.choices(list(weighted), list(weighted.values()))[0]


def played(pattern: str) -> tuple[Event, ...]:
    """``HIT 8 HIT 8`` as events."""
    words = pattern.split()
    return tuple(Event(name, int(length)) for name, length in zip(words[::2], words[1::2], strict=True))


@dataclass(frozen=True, slots=True)
class Section:
    """One phrase of the form: which material it has, how many bars, how it ends."""

    material: str
    bars: int
    cadence: Cadence


def draw_form(rng: random.Random, bars: int) -> list[Section]:
    """Phrases of four bars, A A B A or the like; what is left over goes to the end."""
    phrases = max(1, bars // _PHRASE)
    if phrases < 4:
        letters = list(rng.choice(("AAB", "ABA"))[:phrases])
    else:
        order = rng.choice(("AABA", "ABAB", "AABB", "ABAC"))
        letters = [order[index % 4] for index in range(phrases)]
        letters[-1] = "A"
    lengths = [_PHRASE] * phrases
    lengths[-1] = bars - _PHRASE * (phrases - 1)
    ends = [Cadence.CLOSED if rng.random() < 0.25 else Cadence.OPEN for _ in letters]
    ends[-1] = Cadence.CLOSED
    return [Section(*parts) for parts in zip(letters, lengths, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Material:
    """What phrases of one letter have in common: four degrees, and the motifs in their order."""

    progression: tuple[int, ...]
    motifs: tuple[Motif, ...]


class _Accompaniment:
    """Harmony, bass and drums: one manner for the piece, another for its contrasting phrases."""

    def __init__(self, rng: random.Random, style: Style) -> None:
        self._rng = rng
        self._manners = {letter: (_pick(rng, style.harmony), _pick(rng, style.bass)) for letter in ("A", "B", "C")}
        self._drums = _pick(rng, style.drums)
        self._fill = rng.choice(FILLS)

    def bar(self, section: Section, index: int, first: bool, last: bool) -> dict[Voice, tuple[Event, ...]]:
        """The voices but for the melody."""
        if last:
            drums = "DRUM_REST 16" if self._drums == "none" else "DRUM_KC 16"
            return {
                Voice.HARMONY: played(HARMONY["pad"]),
                Voice.BASS: played(BASS["whole"]),
                Voice.DRUMS: played(drums),
            }
        harmony, bass = self._manners[section.material]
        return {
            Voice.HARMONY: played(HARMONY[harmony]),
            Voice.BASS: played(BASS[bass]),
            Voice.DRUMS: self._drum_bar(index == section.bars - 1, index == 0 and not first),
        }

    def _drum_bar(self, ends_phrase: bool, begins_phrase: bool) -> tuple[Event, ...]:
        if self._drums in ("none", "shaker", "heartbeat"):
            return played(DRUMS[self._drums])
        if ends_phrase:
            return played(self._fill)
        events = played(DRUMS[self._drums])
        return (Event("DRUM_KC", events[0].duration), *events[1:]) if begins_phrase else events


class Composer:
    """Composes one piece."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._mood = rng.choice(list(STYLES))
        self._style = STYLES[self._mood]
        slowest, fastest = self._style.tempos
        self._attributes = Attributes(
            self._mood,
            rng.choice(KEYS),
            _pick(rng, self._style.modes),
            rng.choice([tempo for tempo in TEMPOS if slowest <= tempo <= fastest]),
            rng.choice(LEADS),
        )
        register = min(_HIGHEST_REGISTER, self._style.register + REGISTER_OF_LEAD[self._attributes.lead])
        self._melodist = Melodist(rng, self._style, self._attributes.mode, register)
        self._harmonist = Harmonist(rng, self._attributes.mode, rng.random() < self._style.sevenths)
        self._detached = rng.random() < 0.15
        self._anticipates = rng.random() < 0.15

    def piece(self) -> Piece:
        """Draw the piece."""
        lengths, weights = zip(*_LENGTHS.items(), strict=True)
        form = draw_form(self._rng, self._rng.choices(lengths, weights)[0])
        accompaniment = _Accompaniment(self._rng, self._style)
        materials = {letter: self._material() for letter in sorted({section.material for section in form})}
        bars: list[Bar] = []
        for number, section in enumerate(form):
            material = materials[section.material]
            chords = self._harmonist.phrase(material.progression, section.bars, section.cadence)
            lines = self._melodist.phrase(material.motifs, chords, section.cadence)
            if number and self._rng.random() < 0.3:
                lines[1] = self._melodist.varied(lines[1])
            for index, (chord, line) in enumerate(zip(chords, lines, strict=True)):
                last = number == len(form) - 1 and index == section.bars - 1
                voices = accompaniment.bar(section, index, first=number == 0, last=last)
                bars.append(Bar(chord.token, {Voice.MELODY: self._events(line, chord, last), **voices}))
        return Piece(self._attributes, tuple(_anticipated(bars) if self._anticipates else bars))

    def _material(self) -> _Material:
        """Two motifs in one of the orders that a phrase may have them in."""
        first, second = self._melodist.motif(), self._melodist.motif()
        order = self._rng.choice(((0, 1, 0, 1), (0, 0, 1, 0), (0, 1, 1, 0)))
        return _Material(self._harmonist.progression(), tuple((first, second)[index] for index in order))

    def _events(self, line: list[Sounding], chord: Chord, last: bool) -> tuple[Event, ...]:
        if self._detached and not last:
            line = self._melodist.detached(line)
        return self._melodist.events(line, chord)


def _anticipated(bars: list[Bar]) -> list[Bar]:
    """In every second bar of a phrase, let the next bar's first note come in an eighth early and be held over."""
    moved = list(bars)
    for index in range(1, len(bars) - 1, 2):
        here, there = (list(moved[at].voices[Voice.MELODY]) for at in (index, index + 1))
        if here[-1].duration >= 4 and there[0].name not in (REST, HOLD):
            here[-1:] = [replace(here[-1], duration=here[-1].duration - 2), Event(there[0].name, 2)]
            there[0] = Event(HOLD, there[0].duration)
            for at, events in ((index, here), (index + 1, there)):
                moved[at] = replace(moved[at], voices={**moved[at].voices, Voice.MELODY: tuple(events)})
    return moved
