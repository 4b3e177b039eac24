"""What can be asked of a picture."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.image_to_text import ImageToTextInput
from shared.catalog.wording import problems_of
from shared.identifiers import new_id

PICTURE = {"upload": str(new_id())}


def asked(**fields: Any) -> ImageToTextInput:
    return ImageToTextInput.model_validate({"image": PICTURE, **fields})


def refused(**fields: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        ImageToTextInput.model_validate(fields)
    return {problem.path: problem.message for problem in problems_of(caught.value, model=ImageToTextInput)}


def test_a_picture_is_enough_and_nothing_is_not() -> None:
    assert asked().prompt == ""
    assert refused(prompt="a photo of") == {"image": "is missing"}


@pytest.mark.parametrize(
    ("fields", "samples"),
    [
        ({}, False),
        ({"temperature": 0.7}, True),
        ({"top_p": 0.9}, True),
        ({"do_sample": True}, True),
        ({"do_sample": False}, False),
        ({"num_beams": 4}, False),
    ],
)
def test_tokens_are_drawn_when_it_is_asked_for(fields: dict[str, Any], samples: bool) -> None:
    assert asked(**fields).samples is samples


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"num_beams": 4, "do_sample": True}, "do_sample"),
        ({"num_beams": 4, "temperature": 0.7}, "temperature"),
        ({"do_sample": False, "top_p": 0.9}, "top_p"),
        ({"num_captions": 2}, "num_captions"),
        ({"num_beams": 2, "num_captions": 3}, "num_captions"),
        ({"do_sample": False, "num_captions": 2}, "num_captions"),
        ({"inserts": {"topic": {"job": str(new_id())}}}, "prompt"),
    ],
)
def test_what_would_have_no_effect_is_refused(fields: dict[str, Any], field: str) -> None:
    assert list(refused(image=PICTURE, **fields)) == [field]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"num_beams": 4}),
        ({"temperature": 0.7}, {}),
        ({"do_sample": True}, {}),
        ({"do_sample": False}, {"num_beams": 4}),
    ],
)
def test_the_models_beams_yield_to_drawing(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert ImageToTextInput.applicable({"num_beams": 4}, given) == kept


def test_the_models_temperature_yields_to_beams() -> None:
    assert ImageToTextInput.applicable({"temperature": 0.7, "max_new_tokens": 20}, {"num_beams": 2}) == {
        "max_new_tokens": 20
    }


def test_captions_of_any_picture_share_a_forward_pass_unless_they_are_searched_for() -> None:
    assert asked(seed=1).batch_shape() == asked(seed=2, prompt="a photo of").batch_shape()
    assert asked(do_sample=True).batch_shape() == asked(do_sample=True, num_captions=3).batch_shape()
    assert asked(num_beams=3).batch_shape() != asked(num_beams=3, num_captions=3).batch_shape()
    assert asked().batch_shape() != asked(do_sample=True).batch_shape()
    assert asked(do_sample=True, num_captions=3).output_count() == 3
