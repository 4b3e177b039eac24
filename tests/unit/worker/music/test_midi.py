"""Melodies out of strangers' MIDI files, and scores as files that others read."""

from __future__ import annotations

import io
import struct

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.worker.music.pieces import midi_of, midi_of_tracks, short_piece
from worker.music.arrangement import arrange
from worker.music.melody import Melody, MelodyNote
from worker.music.midi_reading import LARGEST_FILE, NotAMelody, read_melody
from worker.music.midi_writing import midi_file

SCALE = [(float(beat), beat + 1.0, 60 + step) for beat, step in enumerate((0, 2, 4, 5, 7, 9, 11, 12))]


def starts_and_pitches(melody: Melody) -> list[tuple[int, int, int]]:
    return [(note.start, note.duration, note.pitch) for note in melody.notes]


def test_a_scale_in_quarters_is_read_as_it_is_written() -> None:
    melody = read_melody(midi_of(SCALE, tempo=96), 16)

    assert starts_and_pitches(melody) == [(4 * beat, 4, pitch) for beat, _, pitch in SCALE]
    assert (melody.bars, melody.tempo) == (2, 96)


@pytest.mark.parametrize("ticks_per_beat", [24, 96, 960])
def test_a_human_s_timing_is_moved_to_the_nearest_sixteenth(ticks_per_beat: int) -> None:
    played = [(0.04, 0.97, 60), (1.04, 1.46, 62), (1.54, 2.0, 64)]

    melody = read_melody(midi_of(played, ticks_per_beat=ticks_per_beat), 16)

    assert starts_and_pitches(melody) == [(0, 4, 60), (4, 2, 62), (6, 2, 64)]


def test_of_chords_the_highest_note_is_the_melody_and_no_note_lies_over_another() -> None:
    chords = [(0.0, 2.0, 48), (0.0, 1.0, 64), (0.0, 2.0, 60), (1.0, 2.0, 67), (1.5, 2.5, 55)]

    assert starts_and_pitches(read_melody(midi_of(chords), 16)) == [(0, 4, 64), (4, 4, 67)]


def test_a_track_that_is_named_as_the_melody_is_the_melody_though_others_are_higher() -> None:
    body = midi_of_tracks([("Strings", 1, [(0.0, 4.0, 90)]), ("Lead vocals", 0, [(0.0, 4.0, 60)])])

    assert starts_and_pitches(read_melody(body, 16)) == [(0, 16, 60)]


def test_empty_bars_before_the_first_note_are_left_out_and_a_pickup_is_not() -> None:
    melody = read_melody(midi_of([(11.0, 12.0, 60), (12.0, 14.0, 62)]), 16)

    assert starts_and_pitches(melody) == [(12, 4, 60), (16, 8, 62)]


def test_a_file_without_a_tempo_has_that_of_the_specification() -> None:
    assert read_melody(midi_of(SCALE), 16).tempo == 120


def test_a_melody_that_is_written_is_read_again() -> None:
    score = arrange(short_piece())

    melody = read_melody(midi_file(score), 16)

    assert melody.notes == tuple(MelodyNote(n.start, n.duration, n.pitch) for n in score.parts[0].notes)


def test_a_score_s_file_says_tempo_key_and_instruments() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi_file(arrange(short_piece(key="Eb", lead="flute", tempo=100)))))
    messages = [message for track in file.tracks for message in track]
    meta = {message.type: message for message in file.tracks[0]}

    assert (round(mido.tempo2bpm(meta["set_tempo"].tempo)), meta["key_signature"].key) == (100, "Eb")
    assert next(message.program for message in messages if message.type == "program_change") == 73
    assert {message.channel for message in file.tracks[-1] if message.type == "note_on"} == {9}
    assert file.length == pytest.approx(2 * 4 * 60 / 100, abs=0.01)


def test_every_note_that_begins_ends() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi_file(arrange(short_piece()))))
    for track in file.tracks:
        sounding: list[tuple[int, int]] = []
        for message in track:
            if message.type == "note_on":
                sounding.append((message.channel, message.note))
            elif message.type == "note_off":
                sounding.remove((message.channel, message.note))
        assert sounding == []


def _header(form: int = 1, tracks: int = 1, division: int = 480) -> bytes:
    return struct.pack(">4sIHHH", b"MThd", 6, form, tracks, division)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"RIFF....WAVEfmt ", "is not a MIDI file"),
        (b"", "is not a MIDI file"),
        (_header(form=2), "format 2"),
        (_header(tracks=2_000), "2000 tracks"),
        (_header(division=0xE728), "film frames"),
        (_header(division=0), "film frames"),
        (_header() + b"MTrk\xff\xff\xff\xff\x00", "damaged"),
        (_header() + b"MTrk\x00\x00\x00\x04\x00\x90", "damaged"),
        (b"MThd" + bytes(LARGEST_FILE), "bytes"),
        (midi_of([]), "no notes"),
        (midi_of(SCALE, channel=9), "no notes but percussion"),
        (midi_of([(0.0, 1.0, 60), (67.5, 69.0, 62)]), "17 bars long; 16 bars"),
        (midi_of([(0.0, 1.0, 60), (4_000_000.0, 4_000_001.0, 62)], ticks_per_beat=24), "bars long"),
    ],
    ids=range(13),
)
def test_what_is_no_melody_is_refused_with_the_reason(body: bytes, why: str) -> None:
    with pytest.raises(NotAMelody, match=why):
        read_melody(body, 16)


@given(st.binary(max_size=120), st.integers(0, 150))
def test_no_damage_to_a_file_raises_anything_else(noise: bytes, at: int) -> None:
    sound = midi_of(SCALE)
    body = sound[:at] + noise + sound[at + len(noise) :]
    try:
        melody = read_melody(body, 16)
    except NotAMelody:
        return
    assert all(note.duration > 0 for note in melody.notes)
    assert all(first.end <= second.start for first, second in zip(melody.notes, melody.notes[1:], strict=False))
    assert melody.bars <= 16
