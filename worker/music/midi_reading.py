"""The melody of a stranger's MIDI file.

Notes are moved to the nearest sixteenth. The melody is in the tracks whose name says so (melody, lead, vocals), or, in
a file without such, in all of them but the percussion. Of what sounds together the highest note is the melody (the
skyline of Uitdenbogerd and Zobel 1998); it lasts until it ends or the next note begins. Bars have four beats, whatever
time signature the file has, and empty bars before the first note are left out.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import mido

from worker.music.melody import Melody, MelodyNote
from worker.music.piece import SIXTEENTHS_A_BAR

LARGEST_FILE = 262_144
MOST_TRACKS = 64
MOST_EVENTS = 60_000
_PERCUSSION_CHANNEL = 9
_DEFAULT_TEMPO = 500_000
"""Microseconds a beat where a file says nothing: 120 beats a minute, by the specification."""
_MELODY_NAMES = re.compile(r"\b(melod(y|ie|ia)|lead|vocals?|voice)\b", re.IGNORECASE)
_HEADER = struct.Struct(">4sIHHH")


class NotAMelody(ValueError):
    """The file holds no melody that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class _Sounding:
    """A note of the file: its start and end in ticks, and its pitch."""

    start: int
    end: int
    pitch: int


def read_melody(body: bytes, most_bars: int) -> Melody:
    """The melody in a MIDI file. Raises ``NotAMelody`` for one that is none, has no notes, or is too long."""
    file = _parsed(body)
    tempo, notes = _collected(file)
    if not notes:
        raise NotAMelody("has no notes but percussion, if any")
    ticks = file.ticks_per_beat / 4
    first_bar = round(min(note.start for note in notes) / ticks) // SIXTEENTHS_A_BAR
    # Asked before the line is drawn: a file of a few bytes may claim to last for years.
    bars = -(-round(max(note.start for note in notes) / ticks + 1) // SIXTEENTHS_A_BAR) - first_bar
    if bars > most_bars:
        raise NotAMelody(f"is {bars} bars long; {most_bars} bars of four beats at most are read")
    line = _skyline(notes, ticks, first_bar * SIXTEENTHS_A_BAR)
    end = most_bars * SIXTEENTHS_A_BAR
    line = [MelodyNote(note.start, min(note.end, end) - note.start, note.pitch) for note in line]
    return Melody(tuple(line), round(60_000_000 / tempo))


def _parsed(body: bytes) -> mido.MidiFile:
    if len(body) > LARGEST_FILE:
        raise NotAMelody(f"has {len(body)} bytes; a melody has {LARGEST_FILE} at most")
    if len(body) < _HEADER.size or not body.startswith(b"MThd"):
        raise NotAMelody("is not a MIDI file")
    _, _, form, tracks, division = _HEADER.unpack_from(body)
    if form > 1:
        raise NotAMelody(f"is a MIDI file of format {form}; formats 0 and 1 are read")
    if tracks > MOST_TRACKS:
        raise NotAMelody(f"has {tracks} tracks; {MOST_TRACKS} at most are read")
    if not 0 < division < 0x8000:
        raise NotAMelody("counts its time in film frames; only beats are understood")
    try:
        return mido.MidiFile(file=io.BytesIO(body), clip=True)
    except (OSError, EOFError, ValueError, LookupError, TypeError, mido.KeySignatureError) as error:
        # What mido raises for damaged files differs with the damage.
        raise NotAMelody(f"is damaged: {error or 'it ends too early'}") from error


def _collected(file: mido.MidiFile) -> tuple[int, list[_Sounding]]:
    """The first tempo (microseconds a beat), and the notes among which the melody is."""
    if sum(map(len, file.tracks)) > MOST_EVENTS:
        raise NotAMelody(f"has more than {MOST_EVENTS} events")
    tempos = [(tick, message.tempo) for tick, message in _timed(file) if message.type == "set_tempo"]
    lines = [(track, list(_notes(track))) for track in file.tracks]
    named = [notes for track, notes in lines if notes and _MELODY_NAMES.search(track.name)]
    notes = [note for line in named or [notes for _, notes in lines] for note in line]
    return (min(tempos)[1] if tempos else 0) or _DEFAULT_TEMPO, notes


def _timed(file: mido.MidiFile) -> Iterator[tuple[int, mido.Message]]:
    for track in file.tracks:
        tick = 0
        for message in track:
            tick += message.time
            yield tick, message


def _notes(track: mido.MidiTrack) -> Iterator[_Sounding]:
    """The track's notes; one that is never ended ends with the track."""
    begun: dict[tuple[int, int], int] = {}
    tick = 0
    for message in track:
        tick += message.time
        if message.type not in ("note_on", "note_off") or message.channel == _PERCUSSION_CHANNEL:
            continue
        key = (message.channel, message.note)
        if (start := begun.pop(key, None)) is not None:
            yield _Sounding(start, tick, message.note)
        if message.type == "note_on" and message.velocity:
            begun[key] = tick
    for (_, pitch), start in begun.items():
        yield _Sounding(start, tick, pitch)


def _skyline(notes: list[_Sounding], ticks: float, offset: int) -> list[MelodyNote]:
    """The highest note of each moment, on the grid; a lower one that begins under it is accompaniment."""
    quantised = []
    for sounding in notes:
        start = round(sounding.start / ticks) - offset
        quantised.append(MelodyNote(start, max(1, round(sounding.end / ticks) - offset - start), sounding.pitch))
    line: list[MelodyNote] = []
    for note in sorted(quantised, key=lambda each: (each.start, -each.pitch)):
        if line and (note.start == line[-1].start or (note.start < line[-1].end and note.pitch < line[-1].pitch)):
            continue
        if line and line[-1].end > note.start:
            line[-1] = MelodyNote(line[-1].start, note.start - line[-1].start, line[-1].pitch)
        line.append(note)
    return line
