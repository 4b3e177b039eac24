"""What a piece of music can be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.notes import NotesInput
from shared.catalog.wording import problems_of
from shared.identifiers import new_id

MELODY = {"upload": str(new_id())}
TARGET = {"job": str(new_id())}


def refused(**fields: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        NotesInput.model_validate(fields)
    return {problem.path: problem.message for problem in problems_of(caught.value, model=NotesInput)}


def test_nothing_needs_to_be_said() -> None:
    assert NotesInput().output_count() == 3


def test_an_attribute_that_is_not_known_is_refused_with_those_that_are() -> None:
    problems = refused(mood="angry", key="H", mode="locrian", lead="tuba", tempo=20)

    assert problems.keys() == {"mood", "key", "mode", "lead", "tempo"}
    assert "happy, sad, calm" in problems["mood"]
    assert "music box" in problems["lead"]
    assert problems["tempo"] == "must be 50 at least, not 20"


def test_what_belongs_to_an_interpolation_is_refused_without_its_melodies() -> None:
    assert refused(target_melody=TARGET).keys() == {"target_melody"}
    assert refused(melody=MELODY, steps=3).keys() == {"steps"}
    assert refused(steps=3).keys() == {"steps"}


def test_two_melodies_say_themselves_how_long_and_how_many_the_pieces_are() -> None:
    problems = refused(melody=MELODY, target_melody=TARGET, bars=8, num_pieces=2)

    assert problems.keys() == {"bars", "num_pieces"}


def test_a_mistaken_melody_is_the_only_problem_that_it_makes() -> None:
    problems = refused(melody={"upload": "mine"}, target_melody=TARGET, steps=2)

    assert {path.partition(".")[0] for path in problems} == {"melody"}


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ({"num_pieces": 4}, 12),
        ({"melody": MELODY, "bars": 4}, 3),
        ({"melody": MELODY, "target_melody": TARGET}, 15),
        ({"melody": MELODY, "target_melody": TARGET, "steps": 1}, 9),
    ],
)
def test_every_piece_is_three_files_and_two_melodies_come_back_around_their_steps(
    fields: dict[str, Any], files: int
) -> None:
    assert NotesInput.model_validate(fields).output_count() == files


def test_a_model_s_defaults_yield_to_what_they_make_no_sense_beside() -> None:
    defaults = {"bars": 8, "steps": 5, "temperature": 0.9}

    assert NotesInput.applicable(defaults, {}) == {"bars": 8, "temperature": 0.9}
    between = {"melody": MELODY, "target_melody": TARGET}
    assert NotesInput.applicable(defaults, between) == {"steps": 5, "temperature": 0.9}
