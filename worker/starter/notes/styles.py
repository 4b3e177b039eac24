"""What a mood sounds like: modes, tempos, progressions, and how the voices are played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Weighted = Mapping[str, float]

# Four chords a phrase, as degrees of the scale (0 is the tonic); the last may be replaced by a cadence.
PROGRESSIONS: Mapping[str, tuple[tuple[int, int, int, int], ...]] = {
    "major": (
        (0, 4, 5, 3),
        (0, 3, 4, 0),
        (0, 5, 3, 4),
        (0, 5, 1, 4),
        (0, 2, 3, 4),
        (3, 4, 0, 5),
        (0, 3, 0, 4),
        (5, 3, 0, 4),
    ),
    "minor": (
        (0, 5, 2, 6),
        (0, 3, 4, 0),
        (0, 5, 3, 4),
        (0, 6, 5, 4),
        (0, 2, 6, 5),
        (0, 3, 6, 2),
        (0, 5, 6, 0),
        (0, 0, 5, 4),
    ),
    "dorian": ((0, 3, 0, 6), (0, 6, 3, 0), (0, 2, 3, 0), (0, 1, 2, 3), (0, 3, 6, 2)),
    "mixolydian": ((0, 6, 3, 0), (0, 3, 6, 3), (0, 4, 3, 6), (0, 6, 0, 3), (0, 1, 6, 0)),
}

# How the sixteen sixteenths of a bar are played: the event, and its duration.
HARMONY: Mapping[str, str] = {
    "pad": "HIT 16",
    "halves": "HIT 8 HIT 8",
    "stabs": "HARMONY_REST 4 HIT 4 HARMONY_REST 4 HIT 4",
    "offbeat": "HARMONY_REST 2 HIT 2 HARMONY_REST 2 HIT 2 HARMONY_REST 2 HIT 2 HARMONY_REST 2 HIT 2",
    "pushed": "HIT 3 HIT 3 HIT 2 HIT 3 HIT 3 HIT 2",
    "charleston": "HIT 6 HIT 10",
    "arpeggio": "TONE_1 2 TONE_2 2 TONE_3 2 TONE_4 2 TONE_3 2 TONE_2 2 TONE_3 2 TONE_2 2",
    "alberti": "TONE_1 2 TONE_3 2 TONE_2 2 TONE_3 2 TONE_1 2 TONE_3 2 TONE_2 2 TONE_3 2",
    "rising": "TONE_1 4 TONE_2 4 TONE_3 4 TONE_4 4",
    "broken": "TONE_1 4 HIT 4 TONE_1 4 HIT 4",
}
BASS: Mapping[str, str] = {
    "whole": "BASS_ROOT 16",
    "halves": "BASS_ROOT 8 BASS_FIFTH 8",
    "dotted": "BASS_ROOT 6 BASS_ROOT 2 BASS_FIFTH 8",
    "quarters": "BASS_ROOT 4 BASS_ROOT 4 BASS_FIFTH 4 BASS_FIFTH 4",
    "walking": "BASS_ROOT 4 BASS_THIRD 4 BASS_FIFTH 4 BASS_OCTAVE 4",
    "alternating": "BASS_ROOT 4 BASS_REST 4 BASS_LOW_FIFTH 4 BASS_REST 4",
    "octaves": "BASS_ROOT 2 BASS_OCTAVE 2 BASS_ROOT 2 BASS_OCTAVE 2 BASS_ROOT 2 BASS_OCTAVE 2 BASS_ROOT 2 BASS_OCTAVE 2",
    "driving": "BASS_ROOT 2 BASS_ROOT 2 BASS_ROOT 2 BASS_ROOT 2 BASS_ROOT 2 BASS_ROOT 2 BASS_ROOT 2 BASS_FIFTH 2",
    "tresillo": "BASS_ROOT 3 BASS_FIFTH 3 BASS_OCTAVE 2 BASS_ROOT 3 BASS_FIFTH 3 BASS_OCTAVE 2",
}
DRUMS: Mapping[str, str] = {
    "none": "DRUM_REST 16",
    "shaker": "DRUM_P 4 DRUM_P 4 DRUM_P 4 DRUM_P 4",
    "heartbeat": "DRUM_K 4 DRUM_REST 4 DRUM_K 4 DRUM_REST 4",
    "ballad": "DRUM_K 4 DRUM_H 4 DRUM_SH 4 DRUM_H 4",
    "pop": "DRUM_KH 2 DRUM_H 2 DRUM_SH 2 DRUM_H 2 DRUM_KH 2 DRUM_KH 2 DRUM_SH 2 DRUM_H 2",
    "four": "DRUM_KH 2 DRUM_O 2 DRUM_SH 2 DRUM_O 2 DRUM_KH 2 DRUM_O 2 DRUM_SH 2 DRUM_O 2",
    "march": "DRUM_K 4 DRUM_S 2 DRUM_S 2 DRUM_K 4 DRUM_S 4",
    "toms": "DRUM_T2 4 DRUM_T2 2 DRUM_T1 2 DRUM_T2 4 DRUM_S 4",
    "latin": "DRUM_KH 3 DRUM_H 1 DRUM_P 2 DRUM_SH 2 DRUM_KH 2 DRUM_P 2 DRUM_SH 2 DRUM_P 2",
}
FILLS: tuple[str, ...] = (
    "DRUM_KH 4 DRUM_SH 4 DRUM_K 4 DRUM_S 2 DRUM_S 2",
    "DRUM_KH 2 DRUM_H 2 DRUM_SH 2 DRUM_H 2 DRUM_T1 2 DRUM_T1 2 DRUM_T2 2 DRUM_T2 2",
    "DRUM_K 4 DRUM_S 4 DRUM_S 2 DRUM_T1 2 DRUM_T2 4",
)

# Half bars by how busy they are; a trailing "r" marks a rest.
CELLS: Mapping[str, tuple[str, ...]] = {
    "sparse": ("8", "4 4", "6 2", "4r 4", "8"),
    "medium": ("4 4", "4 2 2", "2 2 4", "6 2", "3 3 2", "2r 2 4"),
    "busy": ("2 2 2 2", "2 2 4", "3 3 2", "2 1 1 2 2", "4 2 2", "2 2 2 1 1", "3 1 2 2", "2r 2 2 2"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How pieces of one mood are made: weighted choices, a range of tempos, and the melody's temper."""

    modes: Weighted
    tempos: tuple[int, int]
    harmony: Weighted
    bass: Weighted
    drums: Weighted
    cells: Weighted
    register: int
    """The degree around which the melody lies; 7 is an octave above the tonic."""
    leap: float
    """How likely a step of the motif is wider than a second."""
    sevenths: float
    """How likely a piece has seventh chords."""


STYLES: Mapping[str, Style] = {
    "happy": Style(
        {"major": 0.8, "mixolydian": 0.2},
        (104, 144),
        {"stabs": 2, "broken": 2, "pushed": 1, "alberti": 1},
        {"quarters": 2, "alternating": 2, "walking": 1, "dotted": 1},
        {"pop": 3, "four": 1, "shaker": 1},
        {"medium": 2, "busy": 2},
        7,
        0.35,
        0.1,
    ),
    "sad": Style(
        {"minor": 0.8, "dorian": 0.2},
        (56, 84),
        {"pad": 2, "rising": 2, "alberti": 1, "halves": 1},
        {"whole": 2, "halves": 2},
        {"none": 4, "ballad": 1},
        {"sparse": 3, "medium": 1},
        4,
        0.15,
        0.3,
    ),
    "calm": Style(
        {"major": 0.7, "dorian": 0.3},
        (60, 88),
        {"pad": 2, "arpeggio": 2, "rising": 2},
        {"whole": 3, "halves": 1},
        {"none": 3, "shaker": 1},
        {"sparse": 4, "medium": 1},
        5,
        0.15,
        0.5,
    ),
    "epic": Style(
        {"minor": 0.8, "mixolydian": 0.2},
        (80, 120),
        {"halves": 2, "pushed": 2, "pad": 1},
        {"driving": 2, "dotted": 2, "quarters": 1},
        {"toms": 2, "march": 2, "pop": 1},
        {"medium": 3, "sparse": 1},
        7,
        0.45,
        0.0,
    ),
    "playful": Style(
        {"major": 0.7, "mixolydian": 0.3},
        (112, 160),
        {"stabs": 3, "offbeat": 2, "broken": 1},
        {"alternating": 3, "walking": 1, "tresillo": 1},
        {"shaker": 2, "latin": 2, "pop": 1},
        {"busy": 3, "medium": 1},
        8,
        0.5,
        0.1,
    ),
    "mysterious": Style(
        {"dorian": 0.5, "minor": 0.5},
        (64, 104),
        {"arpeggio": 2, "pad": 2, "charleston": 1},
        {"whole": 2, "dotted": 1, "tresillo": 1},
        {"none": 2, "heartbeat": 2, "shaker": 1},
        {"sparse": 2, "medium": 2},
        5,
        0.4,
        0.5,
    ),
    "energetic": Style(
        {"minor": 0.5, "major": 0.3, "mixolydian": 0.2},
        (120, 176),
        {"offbeat": 3, "pushed": 2},
        {"octaves": 3, "driving": 2},
        {"four": 3, "pop": 1},
        {"busy": 3, "medium": 1},
        7,
        0.4,
        0.0,
    ),
    "romantic": Style(
        {"major": 0.6, "minor": 0.4},
        (64, 100),
        {"arpeggio": 2, "alberti": 2, "charleston": 1, "rising": 1},
        {"halves": 2, "dotted": 2, "whole": 1},
        {"none": 2, "ballad": 2},
        {"medium": 3, "sparse": 1},
        6,
        0.3,
        0.6,
    ),
}
# What an instrument's nature adds to the mood: degrees up or down.
REGISTER_OF_LEAD: Mapping[str, int] = {
    "piano": 0,
    "flute": 4,
    "guitar": -2,
    "music box": 6,
    "synth": 1,
    "violin": 2,
    "marimba": 0,
}
