"""What may follow what in a piece: the state of one piece while it is written, token by token.

Whatever is drawn from what it allows, the outcome is a whole piece: the attributes asked for, as many bars as asked
for, every voice filled to the sixteenth, every note and chord in key, every given bar of melody as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from worker.music.piece import SIXTEENTHS_A_BAR, Attributes, Bar, Event, Piece, Voice
from worker.music.theory import chord_tones, pitch_classes
from worker.music.vocabulary import HEADER, HOLD, REST, Vocabulary, bar_token, duration_token, prefix_of

_VOICES = tuple(Voice)

Allowed = tuple[int, ...]
"""Ids of the tokens that may follow. Equal choices are the same object, so that masks can be kept for them."""


@dataclass(frozen=True)
class Rules:
    """The choices that occur, worked out once for a vocabulary."""

    vocabulary: Vocabulary

    def only(self, token: str) -> Allowed:
        """This token and no other."""
        return self._single[self.vocabulary.ids[token]]

    def kind(self, prefix: str) -> Allowed:
        """Any token of a kind."""
        return self._kinds[prefix]

    def durations(self, most: int) -> Allowed:
        """Up to so many sixteenths."""
        return self._durations[most]

    def melody(self, mode: str, hold: bool) -> Allowed:
        """Notes in key and rests; a hold where a note can be held over from the bar before."""
        return self._melody[mode, hold]

    def chords(self, mode: str) -> Allowed:
        """Chords made of notes in key."""
        return self._chords[mode]

    def voice(self, voice: Voice) -> Allowed:
        """Any event of an accompanying voice."""
        return self._voices[voice]

    def kinds(self, prefix: str) -> tuple[str, ...]:
        """The tokens of a kind, by name."""
        return self.vocabulary.of_prefix(prefix)

    def _ids(self, tokens: Sequence[str]) -> Allowed:
        return tuple(self.vocabulary.ids[token] for token in tokens)

    @cached_property
    def _single(self) -> list[Allowed]:
        return [(index,) for index in range(len(self.vocabulary.tokens))]

    @cached_property
    def _kinds(self) -> Mapping[str, Allowed]:
        return {prefix: self._ids(self.vocabulary.of_prefix(prefix)) for prefix in HEADER}

    @cached_property
    def _durations(self) -> Mapping[int, Allowed]:
        return {
            most: self._ids([duration_token(each) for each in range(1, most + 1)])
            for most in range(1, SIXTEENTHS_A_BAR + 1)
        }

    @cached_property
    def _melody(self) -> Mapping[tuple[str, bool], Allowed]:
        choices = {}
        for mode in self.modes:
            inside = pitch_classes(mode)
            notes = [note for note in self.vocabulary.of_prefix("NOTE") if int(note[5:]) % 12 in inside]
            choices[mode, False] = self._ids([*notes, REST])
            choices[mode, True] = self._ids([*notes, REST, HOLD])
        return choices

    @cached_property
    def _chords(self) -> Mapping[str, Allowed]:
        choices = {}
        for mode in self.modes:
            inside = pitch_classes(mode)
            chords = []
            for chord in self.vocabulary.of_prefix("CHORD"):
                _, root, quality = chord.split("_")
                if inside.issuperset(chord_tones(int(root), quality)):
                    chords.append(chord)
            choices[mode] = self._ids(chords)
        return choices

    @cached_property
    def _voices(self) -> Mapping[Voice, Allowed]:
        return {voice: self._ids(self.vocabulary.of_voice(voice)) for voice in Voice}

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes that the vocabulary has."""
        return tuple(token.removeprefix("MODE_") for token in self.vocabulary.of_prefix("MODE"))


@dataclass
class PieceInProgress:
    """One piece as far as it is written.

    ``wanted`` names the header's tokens that are asked for, by their kind; the others are free. ``given`` is the melody
    of the first bars.
    """

    rules: Rules
    bars: int
    wanted: Mapping[str, str]
    given: Sequence[tuple[Event, ...]] = ()
    _header: dict[str, str] = field(default_factory=dict)
    _written: list[Bar] = field(default_factory=list)
    _in_bar: bool = False
    _chord: str | None = None
    _voices: dict[Voice, tuple[Event, ...]] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _pending: str | None = None
    """The event whose duration comes next."""
    _sounding: bool = False
    """Whether the melody's last event was a note, which the next bar may hold."""

    @property
    def finished(self) -> bool:
        """Whether the last bar is full."""
        return len(self._written) == self.bars

    @property
    def voices_in_all(self) -> int:
        """Voices to fill: four a bar."""
        return len(Voice) * self.bars

    @property
    def voices_left(self) -> int:
        """Voices of bars that are not full yet."""
        return self.voices_in_all - len(Voice) * len(self._written) - len(self._voices)

    @property
    def voice(self) -> Voice:
        """Who plays next, inside a bar."""
        return _VOICES[len(self._voices)]

    @property
    def at(self) -> int:
        """Sixteenths that the voice has filled of this bar."""
        return sum(event.duration for event in self._events)

    @property
    def bar(self) -> int:
        """The number of this bar, from 0."""
        return len(self._written)

    @property
    def pending(self) -> str | None:
        """The event whose duration comes next."""
        return self._pending

    @property
    def writes_free_melody(self) -> bool:
        """Whether the next token is the melody's, and not given."""
        return self._in_bar and self.voice is Voice.MELODY and self.bar >= len(self.given)

    def allowed(self) -> Allowed:
        """What may come next. Raises ``ValueError`` when the piece is finished."""
        if self.finished:
            raise ValueError("the piece is finished")
        if len(self._header) < len(HEADER):
            kind = HEADER[len(self._header)]
            return self.rules.only(self.wanted[kind]) if kind in self.wanted else self.rules.kind(kind)
        if not self._in_bar:
            return self.rules.only(bar_token(self.bars - self.bar - 1))
        if self.voice is Voice.MELODY:
            return self._allowed_in_melody()
        if self._chord is None:
            return self.rules.chords(self.mode)
        if self._pending is not None:
            return self.rules.durations(SIXTEENTHS_A_BAR - self.at)
        return self.rules.voice(self.voice)

    def _allowed_in_melody(self) -> Allowed:
        if self.bar < len(self.given):
            event = self.given[self.bar][len(self._events)]
            return self.rules.only(event.name if self._pending is None else duration_token(event.duration))
        if self._pending is not None:
            return self.rules.durations(SIXTEENTHS_A_BAR - self.at)
        return self.rules.melody(self.mode, hold=self._sounding and not self._events)

    @property
    def mode(self) -> str:
        """The mode, once it is written."""
        return self._header["MODE"].removeprefix("MODE_")

    def advance(self, token: str) -> None:
        """Write one token. Raises ``ValueError`` for one that is not allowed."""
        if self.rules.vocabulary.ids[token] not in self.allowed():
            raise ValueError(f"{token} may not come here")
        kind = prefix_of(token)
        if kind in HEADER:
            self._header[kind] = token
        elif kind == "BAR":
            self._in_bar = True
        elif kind == "CHORD":
            self._chord = token
        elif self._pending is None:
            self._pending = token
        else:
            self._play(Event(self._pending, int(token.removeprefix("DUR_"))))

    def _play(self, event: Event) -> None:
        if self.voice is Voice.MELODY:
            self._sounding = event.name != REST
        self._events.append(event)
        self._pending = None
        if self.at < SIXTEENTHS_A_BAR:
            return
        self._voices[self.voice] = tuple(self._events)
        self._events = []
        if len(self._voices) == len(Voice):
            self._written.append(Bar(self._chord or "", dict(self._voices)))
            self._in_bar, self._chord = False, None
            self._voices.clear()

    def piece(self, tempo: int | None = None) -> Piece:
        """What is written, when it is finished; ``tempo`` stands for the nearest that has a token."""
        if not self.finished:
            raise ValueError("the piece is not finished")
        drawn = {kind: token.partition("_")[2] for kind, token in self._header.items()}
        attributes = Attributes(drawn["MOOD"], drawn["KEY"], drawn["MODE"], tempo or int(drawn["TEMPO"]), drawn["LEAD"])
        return Piece(attributes, tuple(self._written))
