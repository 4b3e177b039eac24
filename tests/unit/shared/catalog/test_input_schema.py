"""The JSON schema that a model's input is documented and drawn by says what the model takes."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.catalog.families import FAMILIES, FamilyName
from shared.catalog.models import Model
from shared.catalog.service import complete_input, input_schema
from shared.errors import InputRefused
from shared.identifiers import new_id


def test_a_schema_shows_the_model_s_defaults(image_model: Model) -> None:
    properties = input_schema(image_model)["properties"]

    assert {name: properties[name]["default"] for name in image_model.defaults} == image_model.defaults


@pytest.mark.parametrize(
    "raw",
    [
        {"prompt": "x"},
        {"prompt": "x", "width": 128, "height": 512, "num_inference_steps": 100, "seed": 4},
        {"prompt": "x", "width": 512},
        {"prompt": "x", "height": 100},
        {"prompt": "x", "height": 32},
        {"prompt": "x", "height": 576},
        {"prompt": "x", "num_inference_steps": 101},
        {"prompt": "", "width": 128},
        {"width": 128},
        {"prompt": "x", "unknown": 1},
    ],
)
def test_the_schema_and_the_service_agree(image_model: Model, raw: dict[str, Any]) -> None:
    try:
        complete_input(image_model, raw)
        accepted = True
    except InputRefused:
        accepted = False

    assert Draft202012Validator(input_schema(image_model)).is_valid(raw) is accepted


@pytest.mark.parametrize("name", FamilyName)
def test_every_family_has_a_described_input_that_says_what_may_share_a_forward_pass(name: FamilyName) -> None:
    spec = FAMILIES[name]
    schema = spec.input_type.model_json_schema()

    Draft202012Validator.check_schema(schema)
    assert spec.name is name
    assert all(field.get("description") for field in schema["properties"].values())
    assert spec.input_type.model_validate(_smallest(schema)).batch_shape() is not None


def _smallest(schema: dict[str, Any]) -> dict[str, Any]:
    """What has to be said, and a prompt where there can be one."""
    properties = schema["properties"]
    wanted = {*schema.get("required", ()), *({"prompt"} & properties.keys())}
    return {
        name: {"upload": str(new_id())} if "x-accepts" in properties[name] else _example(properties[name])
        for name in wanted
    }


def _example(field: dict[str, Any]) -> Any:
    return next(iter(field.get("examples", ())), "x")
