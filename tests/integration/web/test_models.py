"""The catalog over HTTP."""

from __future__ import annotations

import jsonschema
import pytest

from tests.integration.web.caller import Caller


def test_every_model_that_a_job_can_name_is_listed(api: Caller) -> None:
    items = api.get("/models").get_json()["items"]
    assert [item["name"] for item in items] == ["starter/adcopy", "starter/backdrops"]
    assert all("input_schema" not in item for item in items)


def test_a_model_says_what_its_jobs_take(api: Caller) -> None:
    model = api.get("/models/starter/backdrops").get_json()
    schema = model["input_schema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["width"]["default"] == 256
    assert schema["properties"]["width"]["enum"] == [256]
    jsonschema.validate({"prompt": "x", "width": 256}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"prompt": "x", "width": 128}, schema)


def test_a_model_that_is_not_there_is_not_found(api: Caller) -> None:
    assert api.get("/models/starter/nothing").status_code == 404
