"""A piece as the model writes it: bars in which four voices, one after another, fill sixteen sixteenths each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SIXTEENTHS_A_BAR = 16


class Voice(StrEnum):
    """Who plays. In the order in which a bar is written: the melody comes first, the others go along with it."""

    MELODY = "melody"
    HARMONY = "harmony"
    BASS = "bass"
    DRUMS = "drums"


@dataclass(frozen=True, slots=True)
class Event:
    """What a voice does and for how many sixteenths. ``name`` is a token of the vocabulary."""

    name: str
    duration: int


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a piece is like as a whole; ``tempo`` in beats a minute."""

    mood: str
    key: str
    mode: str
    tempo: int
    lead: str


@dataclass(frozen=True, slots=True)
class Bar:
    """Four beats: a chord, and every voice's events, which last sixteen sixteenths together."""

    chord: str
    voices: Mapping[Voice, tuple[Event, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole piece, its pitches in semitones above the tonic."""

    attributes: Attributes
    bars: tuple[Bar, ...]
