"""The shipped weights: small, plain, and as good as their card says."""

from __future__ import annotations

import json

import pytest

from shared.catalog.families import FamilyName
from shared.catalog.inputs.notes import NotesInput
from worker.families.base import Device, ModelRef
from worker.families.notes import LoadedNotes, Notes, compose_pieces
from worker.music.vocabulary import PADDING
from worker.starter.notes import WEIGHTS
from worker.starter.notes.dataset import encoded
from worker.starter.notes.evaluate import Unwatched, structure
from worker.starter.notes.likelihood import mean_nll

UNSEEN_SEED = 31_337


@pytest.fixture(scope="module")
def loaded() -> LoadedNotes:
    return Notes().load(ModelRef("starter/notes", FamilyName.NOTES, "0" * 64, WEIGHTS), Device())


def test_the_weights_are_safetensors_only_and_small() -> None:
    files = [file for file in WEIGHTS.rglob("*") if file.is_file()]

    assert {file.suffix for file in files} <= {".safetensors", ".json", ".md", ".png"}
    assert sum(file.stat().st_size for file in files) <= 5_000_000


def test_unseen_pieces_are_about_as_well_predicted_as_the_card_says(loaded: LoadedNotes) -> None:
    vocabulary = loaded.rules.vocabulary
    figures = json.loads((WEIGHTS / "evaluation.json").read_text())

    nll = mean_nll(loaded.model, encoded(vocabulary, UNSEEN_SEED, 12), vocabulary.ids[PADDING])

    assert nll < figures["held_out_nll"] + 0.15, "nats a token; pieces differ by as much"


def test_what_it_composes_is_what_was_asked_for_and_comes_to_an_end(loaded: LoadedNotes) -> None:
    inputs = [NotesInput(seed=seed, bars=4, mood="happy", key="D", lead="flute") for seed in range(6)]
    composed = [piece for member in compose_pieces(loaded, inputs, Unwatched()) for piece in member]

    assert {(each.attributes.mood, each.attributes.key, each.attributes.lead) for each in composed} == {
        ("happy", "D", "flute")
    }
    figures = structure(composed)
    assert figures["melody_notes_in_key"] == 1
    assert figures["ends_on_the_tonic_chord"] >= 0.5
    assert len({str(piece.bars) for piece in composed}) == 6, "no two alike"


def test_a_mood_sets_the_tempo_where_none_is_given(loaded: LoadedNotes) -> None:
    sad, energetic = (
        compose_pieces(loaded, [NotesInput(seed=seed, bars=2, mood=mood) for seed in range(4)], Unwatched())
        for mood in ("sad", "energetic")
    )

    assert max(piece.attributes.tempo for (piece,) in sad) < min(piece.attributes.tempo for (piece,) in energetic)
