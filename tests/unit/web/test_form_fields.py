"""Forms drawn from a model's schema, and read back."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.inputs.files import ImageFile, SoundFile
from shared.catalog.inputs.text import TextInput
from shared.catalog.inputs.text_to_image import TextToImageInput
from web.pages.form_fields import FieldKind, FormField, fields_of, read_input, values_of

PICTURES = TextToImageInput.model_json_schema()
TEXTS = TextInput.model_json_schema()
WITH_A_FORM = [family for family in FamilyName if not FAMILIES[family].is_composed]


def drawn(schema: dict[str, Any]) -> dict[str, FormField]:
    return {field.name: field for field in fields_of(schema, {}, {})}


@pytest.mark.parametrize("family", WITH_A_FORM)
def test_every_field_of_every_family_can_be_filled_in(family: FamilyName) -> None:
    input_type = FAMILIES[family].input_type
    # The texts of other jobs, and conversations, are left to the API.
    assert set(drawn(input_type.model_json_schema())) == set(input_type.model_fields) - {"inserts", "messages"}


@pytest.mark.parametrize("family", WITH_A_FORM)
def test_every_field_of_every_family_is_explained(family: FamilyName) -> None:
    assert all(field.help for field in drawn(FAMILIES[family].input_type.model_json_schema()).values())


def test_the_prompt_comes_first_and_the_seed_last() -> None:
    names = list(drawn(PICTURES))
    assert (names[0], names[-1]) == ("prompt", "seed")


def test_bounds_that_stand_behind_a_null_reach_the_browser() -> None:
    width = drawn(PICTURES)["width"]
    assert (width.kind, width.minimum, width.maximum, width.step) == (FieldKind.INTEGER, 16, 4096, "1")


def test_the_models_own_limit_wins_over_the_familys() -> None:
    schema = TextToImageInput.model_json_schema()
    schema["properties"]["width"] |= {"maximum": 512, "multipleOf": 16, "default": 256}
    width = drawn(schema)["width"]
    assert (width.maximum, width.step, width.default) == (512, "16", "256")
    assert width.bounds == "16 to 512, in steps of 16"


def test_a_field_that_leaves_no_choice_is_not_shown() -> None:
    schema = TextToImageInput.model_json_schema()
    schema["properties"]["width"] |= {"enum": [256], "default": 256}
    schema["properties"]["height"] |= {"enum": [256, 512], "default": 256}
    fields = drawn(schema)
    assert "width" not in fields
    assert (fields["height"].kind, fields["height"].choices) == (FieldKind.CHOICE, ["256", "512"])


def test_a_field_that_leaves_no_choice_is_shown_when_it_was_wrong() -> None:
    schema = TextToImageInput.model_json_schema()
    schema["properties"]["width"] |= {"enum": [256], "default": 256}
    (width,) = [each for each in fields_of(schema, {}, {"width": ["not 999"]}) if each.name == "width"]
    assert width.problems == ["not 999"]


def test_what_is_left_empty_is_left_out_so_that_the_default_holds() -> None:
    form = {"input.prompt": "a calm ocean", "input.width": "", "input.seed": " "}
    assert read_input(PICTURES, form) == {"prompt": "a calm ocean"}


def test_what_is_required_is_sent_even_when_empty_so_that_the_model_can_complain() -> None:
    assert read_input(PICTURES, {}) == {"prompt": ""}


def test_text_becomes_the_types_that_json_has() -> None:
    form = {
        "input.prompt": "one\r\ntwo",
        "input.top_p": "0.9",
        "input.top_k": "40",
        "input.do_sample": "no",
        "input.stop": "end\n\n.",
    }
    assert read_input(TEXTS, form) == {
        "prompt": "one\ntwo",
        "top_p": 0.9,
        "top_k": 40,
        "do_sample": False,
        "stop": ["end", "."],
    }


@pytest.mark.parametrize("typed", ["many", "nan", "inf", "1e999", "12px"])
def test_what_is_no_number_stays_as_it_was_typed_for_the_model_to_refuse(typed: str) -> None:
    assert read_input(PICTURES, {"input.prompt": "x", "input.width": typed})["width"] == typed


def test_fields_that_the_schema_does_not_have_are_not_read() -> None:
    assert read_input(PICTURES, {"input.prompt": "x", "input.secret": "1", "model": "y"}) == {"prompt": "x"}


def test_a_jobs_input_fills_the_form_that_makes_it_again() -> None:
    job_input = {"prompt": "x", "seed": 4294967295, "guidance_scale": 3.0, "num_images": 2, "width": 256}
    form = {f"input.{name}": value for name, value in values_of(job_input).items()}
    assert read_input(PICTURES, form) == job_input


def test_a_text_jobs_input_fills_its_form_too() -> None:
    job_input = {"prompt": "x", "do_sample": True, "stop": ["a", "b"], "temperature": 0.7}
    form = {f"input.{name}": value for name, value in values_of(job_input).items()}
    assert read_input(TEXTS, form) == job_input


class Control(BaseModel):
    image: ImageFile = Field(description="What to keep to.")
    scale: float = Field(default=1.0, ge=0, le=2, description="How closely.")


class Listening(TextInput):
    """An input with a file it needs, several that it may have, and one within."""

    audio: SoundFile = Field(description="What to listen to.")
    pictures: tuple[ImageFile, ...] = Field(default=(), max_length=4, description="What to look at.")
    control: Control | None = Field(default=None, description="What to keep to.")


LISTENING = Listening.model_json_schema()
ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


def test_a_field_for_a_file_says_which_it_takes() -> None:
    fields = drawn(LISTENING)
    assert (fields["audio"].kind, fields["audio"].required) == (FieldKind.FILE, True)
    assert {"audio/wav", "video/webm"} <= set(fields["audio"].accepts)
    assert (fields["pictures"].kind, fields["pictures"].accepts[0]) == (FieldKind.FILES, "image/png")


def test_fields_within_a_field_go_by_their_path_and_are_never_demanded() -> None:
    fields = drawn(LISTENING)
    assert (fields["control.image"].kind, fields["control.image"].required) == (FieldKind.FILE, False)
    assert (fields["control.scale"].maximum, fields["control.scale"].label) == (2, "Control: scale")
    assert "control" not in fields


def test_files_and_nested_fields_are_read_and_filled_in_again() -> None:
    job_input = {
        "prompt": "x",
        "audio": {"upload": ID},
        "pictures": [{"artifact": ID}, {"job": ID, "output": 2}],
        "control": {"image": {"artifact": ID}, "scale": 0.5},
    }
    form = {f"input.{name}": value for name, value in values_of(job_input).items()}
    assert form["input.pictures"] == f"artifact:{ID}\njob:{ID}:2"
    assert read_input(LISTENING, form) == job_input


def test_a_file_that_is_not_chosen_is_left_out_even_where_it_is_required() -> None:
    assert "audio" not in read_input(LISTENING, {"input.prompt": "x", "input.audio": ""})


def test_what_names_no_file_stays_as_typed_for_the_input_to_refuse() -> None:
    assert read_input(LISTENING, {"input.prompt": "x", "input.audio": "x.wav"})["audio"] == "x.wav"
