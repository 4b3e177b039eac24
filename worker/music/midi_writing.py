"""Scores as Standard MIDI Files (format 1) with General MIDI instruments."""

from __future__ import annotations

import io
from collections.abc import Mapping

import mido

from worker.music.piece import Voice
from worker.music.score import Instrument, Note, Part, Score

TICKS_A_BEAT = 480
_TICKS_A_SIXTEENTH = TICKS_A_BEAT // 4
_DRUM_CHANNEL = 9

# Programs as messages count them: one less than General MIDI's tables.
PROGRAMS: Mapping[Instrument, int] = {
    Instrument.PIANO: 0,
    Instrument.ELECTRIC_PIANO: 4,
    Instrument.MUSIC_BOX: 10,
    Instrument.MARIMBA: 12,
    Instrument.GUITAR: 24,
    Instrument.BASS: 33,
    Instrument.SYNTH_BASS: 38,
    Instrument.VIOLIN: 40,
    Instrument.HARP: 46,
    Instrument.FLUTE: 73,
    Instrument.SYNTH: 81,
    Instrument.PAD: 89,
    Instrument.DRUMS: 0,
}


def midi_file(score: Score) -> bytes:
    """The file: a conductor's track, then one track a part. The same score gives the same bytes."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_A_BEAT)
    file.tracks.append(_conductor(score))
    melodic_channels = (channel for channel in range(16) if channel != _DRUM_CHANNEL)
    for part in score.parts:
        channel = _DRUM_CHANNEL if part.voice is Voice.DRUMS else next(melodic_channels)
        file.tracks.append(_track(part, channel))
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


def _conductor(score: Score) -> mido.MidiTrack:
    minor = "m" if score.mode in ("minor", "dorian") else ""
    return mido.MidiTrack(
        [
            mido.MetaMessage("track_name", name=score.title),
            mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(score.tempo)),
            mido.MetaMessage("time_signature", numerator=4, denominator=4),
            mido.MetaMessage("key_signature", key=score.key + minor),
            mido.MetaMessage("end_of_track", time=score.bars * 4 * TICKS_A_BEAT),
        ]
    )


def _track(part: Part, channel: int) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=part.voice.value)])
    if part.voice is not Voice.DRUMS:
        track.append(mido.Message("program_change", channel=channel, program=PROGRAMS[part.instrument]))
    now = 0
    for tick, begins, pitch, velocity in sorted(moment for note in part.notes for moment in _moments(note)):
        name = "note_on" if begins else "note_off"
        track.append(mido.Message(name, channel=channel, note=pitch, velocity=velocity, time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track"))
    return track


def _moments(note: Note) -> tuple[tuple[int, bool, int, int], ...]:
    """Tick, whether the note begins, pitch and velocity: of its beginning and its end. At one tick, ends come first."""
    begin = note.start * _TICKS_A_SIXTEENTH
    end = begin + note.duration * _TICKS_A_SIXTEENTH
    return (begin, True, note.pitch, note.velocity), (end, False, note.pitch, 0)
