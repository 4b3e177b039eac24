"""Pieces and MIDI files for the tests of music."""

from __future__ import annotations

import io
from collections.abc import Sequence

import mido

from worker.music.grammar import PieceInProgress, Rules
from worker.music.piece import Attributes, Bar, Event, Piece, Voice
from worker.music.vocabulary import Vocabulary

RULES = Rules(Vocabulary.standard())


def events(pattern: str) -> tuple[Event, ...]:
    """``NOTE_0 8 REST 8`` as events."""
    words = pattern.split()
    return tuple(Event(name, int(length)) for name, length in zip(words[::2], words[1::2], strict=True))


def bar(melody: str, chord: str = "CHORD_0_maj", drums: str = "DRUM_KH 8 DRUM_SH 8") -> Bar:
    voices = {
        Voice.MELODY: melody,
        Voice.HARMONY: "HIT 8 TONE_1 4 TONE_4 4",
        Voice.BASS: "BASS_ROOT 8 BASS_REST 4 BASS_LOW_FIFTH 4",
        Voice.DRUMS: drums,
    }
    return Bar(chord, {voice: events(pattern) for voice, pattern in voices.items()})


def short_piece(key: str = "C", lead: str = "piano", mood: str = "happy", tempo: int = 120) -> Piece:
    """Two bars whose melody is held over the bar line."""
    first = bar("NOTE_0 4 NOTE_4 4 REST 4 NOTE_7 4")
    second = bar("HOLD 4 NOTE_12 12", "CHORD_7_dom7")
    return Piece(Attributes(mood, key, "major", tempo, lead), (first, second))


def midi_of(notes: Sequence[tuple[float, float, int]], name: str = "", channel: int = 0, **file: int) -> bytes:
    """A file of one track: notes as beats of start and end, and pitch."""
    return midi_of_tracks([(name, channel, notes)], **file)


def midi_of_tracks(
    tracks: Sequence[tuple[str, int, Sequence[tuple[float, float, int]]]],
    ticks_per_beat: int = 480,
    tempo: int | None = None,
) -> bytes:
    """A file of several tracks, each a name, a channel and its notes; ``tempo`` in beats a minute."""
    made = mido.MidiFile(ticks_per_beat=ticks_per_beat)
    for name, channel, notes in tracks:
        track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
        if tempo is not None:
            track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(tempo)))
        moments = sorted(
            (round(beat * ticks_per_beat), begins, pitch)
            for start, end, pitch in notes
            for beat, begins, pitch in ((start, True, pitch), (end, False, pitch))
        )
        now = 0
        for tick, begins, pitch in moments:
            kind = "note_on" if begins else "note_off"
            track.append(mido.Message(kind, channel=channel, note=pitch, velocity=80, time=tick - now))
            now = tick
        made.tracks.append(track)
    body = io.BytesIO()
    made.save(file=body)
    return body.getvalue()


def write(progress: PieceInProgress, piece: Piece) -> None:
    """Let the grammar read a whole piece."""
    vocabulary = progress.rules.vocabulary
    for token in vocabulary.names(vocabulary.encode(piece))[1:-1]:
        progress.advance(token)
