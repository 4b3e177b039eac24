"""What a text-to-speech job takes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text_to_speech import TextToSpeechInput
from shared.identifiers import new_id


@pytest.mark.parametrize(
    ("field", "parameters"),
    [
        ("prompt", {"prompt": " "}),
        ("speaker", {"speaker": -1}),
        ("speaking_rate", {"speaking_rate": 0}),
        ("noise_scale", {"noise_scale": -0.1}),
        ("noise_scale_duration", {"noise_scale_duration": 3}),
        ("voice", {"voice": "anna"}),
    ],
)
def test_a_bad_input_is_refused_naming_the_field(field: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        TextToSpeechInput(**{"prompt": "Hello", **parameters})
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


def test_the_text_of_another_job_can_be_read_aloud() -> None:
    job_input = TextToSpeechInput(prompt="{slogan}", inserts={"slogan": {"job": new_id()}})
    assert job_input.inserts is not None
    job_input.inserts["slogan"].attach(StoredFile("text/plain", b"Fresh every morning."))
    assert job_input.with_inserts().prompt == "Fresh every morning."
