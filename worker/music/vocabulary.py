"""The tokens of the notes models, and how pieces are written in them.

    <s> MOOD KEY MODE TEMPO LEAD  (BAR  melody  CHORD  harmony  bass  drums) for every bar  </s>

A voice is a sequence of event and duration; ``BAR_3`` says that three bars follow it, 15 stands for more. Pitches are
relative to the tonic, so that what is learned in one key holds in all. The representation is bar-wise, as in REMI
(Huang and Yang 2020, arXiv:2002.00212), with the voices of a bar one after another.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import get_args

from shared.catalog.inputs.notes import Lead, Mood
from worker.music.piece import SIXTEENTHS_A_BAR, Attributes, Piece, Voice
from worker.music.theory import KEYS, MODES, QUALITIES

FILE_NAME = "vocabulary.json"
FORMAT = "bar-voices-1"

PADDING, START, END = "<pad>", "<s>", "</s>"
REST, HOLD = "REST", "HOLD"
LOWEST_NOTE, HIGHEST_NOTE = -17, 31
MOST_BARS_LEFT = 15
TEMPOS = tuple(range(56, 184, 8))
DRUM_PARTS = ("K", "S", "H", "KH", "SH", "O", "KO", "KC", "C", "T1", "T2", "P")
BASS_TONES = ("ROOT", "THIRD", "FIFTH", "OCTAVE", "LOW_FIFTH")
HARMONY_TONES = 4

HEADER = ("MOOD", "KEY", "MODE", "TEMPO", "LEAD")
"""The attributes, in their order."""


def _all_tokens() -> tuple[str, ...]:
    return (
        *(PADDING, START, END),
        *(f"MOOD_{mood}" for mood in get_args(Mood)),
        *(f"KEY_{key}" for key in KEYS),
        *(f"MODE_{mode}" for mode in MODES),
        *(f"TEMPO_{tempo}" for tempo in TEMPOS),
        *(f"LEAD_{lead}" for lead in get_args(Lead)),
        *(f"BAR_{left}" for left in range(MOST_BARS_LEFT + 1)),
        *(f"NOTE_{pitch}" for pitch in range(LOWEST_NOTE, HIGHEST_NOTE + 1)),
        *(REST, HOLD),
        *(f"CHORD_{root}_{quality}" for root in range(12) for quality in QUALITIES),
        *("HIT", *(f"TONE_{tone}" for tone in range(1, HARMONY_TONES + 1)), "HARMONY_REST"),
        *(*(f"BASS_{tone}" for tone in BASS_TONES), "BASS_REST"),
        *(*(f"DRUM_{part}" for part in DRUM_PARTS), "DRUM_REST"),
        *(f"DUR_{sixteenths}" for sixteenths in range(1, SIXTEENTHS_A_BAR + 1)),
    )


_VOICE_OF_PREFIX = {
    "NOTE": Voice.MELODY,
    REST: Voice.MELODY,
    HOLD: Voice.MELODY,
    "HIT": Voice.HARMONY,
    "TONE": Voice.HARMONY,
    "HARMONY": Voice.HARMONY,
    "BASS": Voice.BASS,
    "DRUM": Voice.DRUMS,
}


@dataclass(frozen=True)
class Vocabulary:
    """Tokens and their ids: the place of each in ``tokens``."""

    tokens: tuple[str, ...]

    @classmethod
    def standard(cls) -> Vocabulary:
        """Everything a piece can be written in."""
        return cls(_all_tokens())

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        """The vocabulary of a model's folder. Raises ``ValueError`` for one that this code cannot write."""
        found = json.loads((folder / FILE_NAME).read_text("utf-8"))
        if found.get("format") != FORMAT:
            raise ValueError(f"{FILE_NAME} is of the format {found.get('format')!r}; {FORMAT!r} is understood")
        vocabulary = cls(tuple(found["tokens"]))
        if len(vocabulary.ids) != len(vocabulary.tokens):
            raise ValueError(f"{FILE_NAME} names a token twice")
        if unknown := sorted(vocabulary.ids.keys() - set(_all_tokens())):
            raise ValueError(f"{FILE_NAME} has tokens that are not understood: {', '.join(unknown[:5])}")
        return vocabulary

    def save(self, folder: Path) -> None:
        """Write ``vocabulary.json``."""
        content = {"format": FORMAT, "tokens": self.tokens}
        (folder / FILE_NAME).write_text(json.dumps(content, indent=1) + "\n", "utf-8")

    @cached_property
    def ids(self) -> dict[str, int]:
        return {token: index for index, token in enumerate(self.tokens)}

    def of_prefix(self, prefix: str) -> tuple[str, ...]:
        """The tokens of one kind: ``MOOD``, ``BAR``, ``CHORD``, ..."""
        return tuple(token for token in self.tokens if prefix_of(token) == prefix)

    def of_voice(self, voice: Voice) -> tuple[str, ...]:
        """The events of one voice."""
        return tuple(token for token in self.tokens if _VOICE_OF_PREFIX.get(prefix_of(token)) is voice)

    def encode(self, piece: Piece) -> list[int]:
        """A whole piece as ids, from ``<s>`` to ``</s>``."""
        names = [START, *header_tokens(piece.attributes)]
        for index, bar in enumerate(piece.bars):
            names.append(bar_token(len(piece.bars) - index - 1))
            for voice in Voice:
                if voice is Voice.HARMONY:
                    names.append(bar.chord)
                for event in bar.voices[voice]:
                    names += [event.name, duration_token(event.duration)]
        return [self.ids[name] for name in (*names, END)]

    def names(self, ids: Sequence[int]) -> list[str]:
        """Ids as tokens."""
        return [self.tokens[each] for each in ids]


def prefix_of(token: str) -> str:
    """The kind of a token: what stands before its first underscore."""
    return token.partition("_")[0]


def header_tokens(attributes: Attributes) -> list[str]:
    """The attributes as tokens; of the tempo, the nearest that there is."""
    tempo = min(TEMPOS, key=lambda known: abs(known - attributes.tempo))
    return [
        f"MOOD_{attributes.mood}",
        f"KEY_{attributes.key}",
        f"MODE_{attributes.mode}",
        f"TEMPO_{tempo}",
        f"LEAD_{attributes.lead}",
    ]


def bar_token(bars_left: int) -> str:
    """The beginning of a bar after which so many follow."""
    return f"BAR_{min(bars_left, MOST_BARS_LEFT)}"


def duration_token(sixteenths: int) -> str:
    """How long the event before it lasts."""
    return f"DUR_{sixteenths}"


def note_token(pitch: int) -> str:
    """A melody note so many semitones above the tonic."""
    return f"NOTE_{pitch}"
