"""A score: what every instrument plays, in absolute pitches, ready to be written, heard and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from worker.music.piece import SIXTEENTHS_A_BAR, Voice


class Instrument(StrEnum):
    """What the synthesizer can play."""

    PIANO = "piano"
    FLUTE = "flute"
    GUITAR = "guitar"
    MUSIC_BOX = "music box"
    SYNTH = "synth"
    VIOLIN = "violin"
    MARIMBA = "marimba"
    PAD = "pad"
    ELECTRIC_PIANO = "electric piano"
    HARP = "harp"
    BASS = "bass"
    SYNTH_BASS = "synth bass"
    DRUMS = "drums"


@dataclass(frozen=True, slots=True)
class Note:
    """One note: start and duration in sixteenths, MIDI pitch and velocity. A drum's pitch is its General MIDI key."""

    start: int
    duration: int
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Part:
    """One voice's notes and who plays them."""

    voice: Voice
    instrument: Instrument
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a piece of so many bars of four beats; ``tempo`` in beats a minute."""

    title: str
    tempo: int
    key: str
    mode: str
    bars: int
    chords: tuple[str, ...]
    """One name a bar, such as ``Am7``."""
    parts: tuple[Part, ...]

    @property
    def seconds_a_sixteenth(self) -> float:
        return 60 / self.tempo / 4

    @property
    def seconds(self) -> float:
        """From the first bar's beginning to the last one's end."""
        return self.bars * SIXTEENTHS_A_BAR * self.seconds_a_sixteenth
