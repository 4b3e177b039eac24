"""From what a caller wrote to a complete, typed input, or to every problem with it."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.inputs.base import MAX_SEED
from shared.catalog.inputs.text import TextInput
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.catalog.models import Model
from shared.catalog.service import complete_input
from shared.errors import InputRefused


def problems(model: Model, raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InputRefused) as refused:
        complete_input(model, raw)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_what_is_left_out_takes_the_model_s_defaults(image_model: Model) -> None:
    found = complete_input(image_model, {"prompt": " a calm ocean ", "seed": 7})

    assert found == TextToImageInput(
        prompt="a calm ocean", seed=7, width=256, height=256, num_inference_steps=16, guidance_scale=3.0
    )


def test_what_is_given_stands_and_null_is_as_good_as_nothing(image_model: Model) -> None:
    found = complete_input(image_model, {"prompt": "x", "width": 128, "height": None})

    assert isinstance(found, TextToImageInput)
    assert (found.width, found.height) == (128, 256)


def test_a_seed_is_drawn_anew_each_time_and_kept_when_given(image_model: Model) -> None:
    drawn = {complete_input(image_model, {"prompt": "x"}).seed for _ in range(20)}

    assert None not in drawn
    assert len(drawn) > 15
    assert all(0 <= (seed or 0) <= MAX_SEED for seed in drawn)
    assert complete_input(image_model, {"prompt": "x", "seed": 0}).seed == 0


def test_every_problem_is_reported_at_once_each_with_its_path(image_model: Model) -> None:
    found = problems(
        image_model, {"prompt": "", "width": "wide", "num_images": 99, "seed": -1, "guidence_scale": 3, "height": 17.5}
    )

    assert set(found) == {
        "input.prompt",
        "input.width",
        "input.num_images",
        "input.seed",
        "input.guidence_scale",
        "input.height",
    }
    assert found["input.guidence_scale"] == "is not a field of this input; did you mean 'guidance_scale'?"


def test_a_problem_inside_a_list_names_its_place(text_model: Model) -> None:
    assert set(problems(text_model, {"prompt": "x", "stop": ["fine", ""]})) == {"input.stop.1"}


def test_all_of_a_model_s_own_limits_are_kept(image_model: Model) -> None:
    found = problems(image_model, {"prompt": "x", "width": 512, "height": 100, "num_inference_steps": 150})

    assert found == {
        "input.width": "this model takes one of 128, 256, not 512",
        "input.height": "this model takes multiples of 64, not 100",
        "input.num_inference_steps": "this model takes 100 at most, not 150",
    }
    assert problems(image_model, {"prompt": "x", "height": 32}) == {
        "input.height": "this model takes 64 at least, not 32"
    }


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85"])
def test_control_characters_are_not_text(image_model: Model, text_model: Model, character: str) -> None:
    for model in (image_model, text_model):
        found = problems(model, {"prompt": f"a calm{character} ocean"})
        assert f"U+{ord(character):04X}" in found["input.prompt"]
    assert "input.stop.0" in problems(text_model, {"prompt": "x", "stop": [character]})
    assert "input.negative_prompt" in problems(image_model, {"prompt": "x", "negative_prompt": f"a{character}b"})


def test_line_breaks_tabs_and_every_script_are_text(text_model: Model) -> None:
    prompt = "Zorvi\n\tcafé, コーヒー, قهوة, ☕"

    found = complete_input(text_model, {"prompt": prompt})

    assert isinstance(found, TextInput)
    assert found.prompt == prompt


def test_infinite_and_undefined_numbers_are_refused(image_model: Model) -> None:
    for value in (float("nan"), float("inf")):
        assert "input.guidance_scale" in problems(image_model, {"prompt": "x", "guidance_scale": value})


def test_a_caller_s_other_limit_of_length_overrules_the_model_s(text_model: Model) -> None:
    found = complete_input(text_model, {"prompt": "x", "max_length": 100})

    assert isinstance(found, TextInput)
    assert (found.max_length, found.max_new_tokens) == (100, None)


@pytest.mark.parametrize("way", [{"num_beams": 4}, {"do_sample": False}])
def test_a_caller_who_draws_nothing_overrules_how_the_model_draws(text_model: Model, way: dict[str, Any]) -> None:
    found = complete_input(text_model, {"prompt": "x", **way})

    assert isinstance(found, TextInput)
    assert (found.samples, found.temperature, found.top_p) == (False, None, None)


def test_what_a_caller_says_against_itself_is_refused(text_model: Model) -> None:
    assert set(problems(text_model, {"prompt": "x", "max_length": 9, "max_new_tokens": 9})) == {"input.max_length"}
    assert set(problems(text_model, {"prompt": "x", "num_beams": 2, "temperature": 1.0})) == {"input.temperature"}
