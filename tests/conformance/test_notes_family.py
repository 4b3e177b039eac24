"""What the notes family promises: whole pieces, given melodies kept, no piece dependent on another."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import FileReference, StoredFile
from shared.catalog.inputs.notes import NotesInput
from shared.errors import ForwardBatchInterrupted, InputRefused
from shared.identifiers import new_id
from tests.conformance.step_controls import Steps
from tests.conformance.tiny.notes import save_notes
from tests.unit.worker.music.pieces import midi_of
from worker.families.base import Device, ModelRef
from worker.families.notes import LoadedNotes, Notes
from worker.media.base import Media
from worker.media.notes import MidiMedia
from worker.music.midi_reading import read_melody
from worker.music.piece import Voice
from worker.music.score import Score
from worker.music.theory import pitch_classes, tonic_pitch

FAMILY = Notes()
DOWNWARD = [(beat / 2, beat / 2 + 0.5, 76 - 2 * beat) for beat in range(8)]
LONG_AND_LOW = [(0.0, 2.0, 55), (2.0, 4.0, 60), (4.0, 8.0, 57)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> LoadedNotes:
    folder = tmp_path_factory.mktemp("notes")
    save_notes(folder)
    return FAMILY.load(ModelRef("tests/notes", FamilyName.NOTES, "1", folder), Device())


def file(body: bytes) -> FileReference:
    reference = FileReference(upload=new_id())
    reference.attach(StoredFile("audio/midi", body))
    return reference


def wanted(**fields: Any) -> NotesInput:
    return NotesInput(**{"seed": 1, "bars": None if "target_melody" in fields else 2, **fields})


def compose(loaded: LoadedNotes, *inputs: NotesInput, control: Steps | None = None) -> list[list[Media]]:
    return FAMILY.generate(loaded, inputs, control or Steps())


def scores(member: list[Media]) -> list[Score]:
    return [media.score for media in member if isinstance(media, MidiMedia)]


def melody_of(score: Score) -> list[tuple[int, int, int]]:
    (part,) = (part for part in score.parts if part.voice is Voice.MELODY)
    return [(note.start, note.duration, note.pitch) for note in part.notes]


def test_a_piece_is_a_midi_file_its_sound_and_its_picture_in_that_order(loaded: LoadedNotes) -> None:
    (outputs,) = compose(loaded, wanted(tempo=150, key="D", mode="minor", lead="flute", mood="sad"))
    midi, sound, picture = (media.encode() for media in outputs)

    assert [each.media_type for each in (midi, sound, picture)] == ["audio/midi", "audio/wav", "image/png"]
    assert len(outputs) == len(FAMILIES[FamilyName.NOTES].output_kinds) == wanted().output_count()
    assert midi.facts["key"] == "D minor"
    assert mido.MidiFile(file=io.BytesIO(midi.body)).length == pytest.approx(2 * 4 * 60 / 150, abs=0.01)
    with wave.open(io.BytesIO(sound.body)) as wav:
        assert (wav.getframerate(), wav.getnchannels()) == (44_100, 2)
        assert np.frombuffer(wav.readframes(wav.getnframes()), "<i2").any()


@pytest.mark.parametrize("mode", ["major", "minor", "dorian", "mixolydian"])
def test_every_pitched_note_is_in_the_key_that_was_asked_for(loaded: LoadedNotes, mode: str) -> None:
    (member,) = compose(loaded, wanted(key="Eb", mode=mode, bars=4))
    (score,) = scores(member)

    assert (score.key, score.mode, score.bars) == ("Eb", mode, 4)
    pitched = [note.pitch for part in score.parts if part.voice is not Voice.DRUMS for note in part.notes]
    assert {(pitch - tonic_pitch("Eb")) % 12 for pitch in pitched} <= pitch_classes(mode)


def test_the_same_seed_composes_the_same_piece_and_another_seed_another(loaded: LoadedNotes) -> None:
    first, again, other = (scores(compose(loaded, wanted(seed=seed))[0]) for seed in (4, 4, 5))

    assert first == again != other


def test_a_piece_has_the_same_notes_alone_and_beside_others(loaded: LoadedNotes) -> None:
    inputs = [
        wanted(seed=1, bars=2, mood="calm"),
        wanted(seed=2, bars=4),
        wanted(seed=3, melody=file(midi_of(DOWNWARD))),
        wanted(seed=4, melody=file(midi_of(DOWNWARD)), target_melody=file(midi_of(LONG_AND_LOW)), steps=1),
    ]
    together = compose(loaded, *inputs[::-1])[::-1]

    for job_input, outputs in zip(inputs, together, strict=True):
        assert scores(compose(loaded, job_input)[0]) == scores(outputs)


def test_piece_k_of_seed_s_is_piece_0_of_seed_s_plus_k(loaded: LoadedNotes) -> None:
    (several,) = compose(loaded, wanted(seed=2**32 - 2, num_pieces=3))
    (last,) = compose(loaded, wanted(seed=0))

    assert scores(several)[2:] == scores(last)


def test_a_continued_melody_stands_at_the_beginning_note_for_note(loaded: LoadedNotes) -> None:
    body = midi_of(DOWNWARD, tempo=90)
    (member,) = compose(loaded, wanted(melody=file(body), bars=3))
    (score,) = scores(member)
    given = [(note.start, note.duration, note.pitch) for note in read_melody(body, 16).notes]

    assert melody_of(score)[: len(given)] == given
    assert (score.bars, score.tempo) == (1 + 3, 90)
    assert len({part.voice for part in score.parts}) > 1, "the given bars are accompanied"


def test_the_ends_of_an_interpolation_are_the_melodies_and_its_steps_go_from_one_to_the_other(
    loaded: LoadedNotes,
) -> None:
    high = [(float(beat), beat + 1.0, 72 + (beat % 2)) for beat in range(8)]
    low = [(float(beat), beat + 1.0, 55 + (beat % 2)) for beat in range(8)]
    given = {"key": "C", "mode": "major", "melody": file(midi_of(high)), "target_melody": file(midi_of(low))}
    (member,) = compose(loaded, wanted(**given, steps=3))
    pieces = scores(member)

    assert len(pieces) == 5
    assert [pitch for _, _, pitch in melody_of(pieces[0])] == [pitch for _, _, pitch in high]
    assert [pitch for _, _, pitch in melody_of(pieces[-1])] == [pitch for _, _, pitch in low]
    means = [np.mean([pitch for _, _, pitch in melody_of(piece)]) for piece in pieces]
    assert means == sorted(means, reverse=True)
    assert len({(piece.title.split(",")[0], piece.parts[0].instrument) for piece in pieces}) == 1


def test_files_without_a_melody_are_refused_by_their_fields(loaded: LoadedNotes) -> None:
    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(loaded, wanted(melody=file(b"RIFF"), target_melody=file(midi_of([]))))

    assert [problem.path for problem in refusal.value.problems] == ["input.melody", "input.target_melody"]


def test_attributes_that_a_model_was_not_trained_on_are_refused_by_their_fields(tmp_path: Path) -> None:
    save_notes(tmp_path, without=frozenset({"MOOD_happy", "LEAD_violin"}))
    lacking = FAMILY.load(ModelRef("tests/notes", FamilyName.NOTES, "1", tmp_path), Device())
    FAMILY.check(lacking, wanted(mood="sad", lead="piano"))

    with pytest.raises(InputRefused) as refusal:
        FAMILY.check(lacking, wanted(mood="happy", lead="violin"))

    assert {problem.path: problem.message for problem in refusal.value.problems} == {
        "input.mood": "this model knows sad, calm, epic, playful, mysterious, energetic, romantic, not happy",
        "input.lead": "this model knows piano, flute, guitar, music box, synth, marimba, not violin",
    }


def test_a_vocabulary_that_is_not_the_model_s_is_not_loaded(tmp_path: Path) -> None:
    save_notes(tmp_path)
    path = tmp_path / "vocabulary.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "tokens": content["tokens"][:-1]}))

    with pytest.raises(ValueError, match="230 tokens, its vocabulary 229"):
        FAMILY.load(ModelRef("tests/notes", FamilyName.NOTES, "1", tmp_path), Device())


def test_progress_never_goes_back_and_ends_at_the_total_once(loaded: LoadedNotes) -> None:
    control = Steps()
    compose(loaded, wanted(bars=2), wanted(bars=4, seed=2), control=control)
    done = [step for step, _ in control.said]

    assert done == sorted(done)
    assert {total for _, total in control.said} == {4 * 4}
    assert done.count(16) == 1


def test_a_dropped_member_has_no_piece_and_its_neighbour_the_same_as_ever(loaded: LoadedNotes) -> None:
    dropped, kept = compose(loaded, wanted(seed=1, bars=4), wanted(seed=2), control=Steps(frozenset({0}), drop_at=2))

    assert dropped == []
    assert scores(kept) == scores(compose(loaded, wanted(seed=2))[0])


def test_an_interrupted_batch_stops_at_that_token_and_leaves_the_model_usable(loaded: LoadedNotes) -> None:
    control = Steps(interrupt_at=2)
    with pytest.raises(ForwardBatchInterrupted):
        compose(loaded, wanted(), control=control)
    assert len(control.said) == 2
    assert len(compose(loaded, wanted())[0]) == 3


def test_temperature_and_top_p_change_what_is_drawn(loaded: LoadedNotes) -> None:
    plain, cold, narrow = (
        scores(compose(loaded, wanted(bars=3, **fields))[0]) for fields in ({}, {"temperature": 0.05}, {"top_p": 0.05})
    )

    assert plain != cold
    assert plain != narrow
