"""What a speech-to-text job takes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.languages import LANGUAGES, language_code
from shared.catalog.inputs.speech_to_text import SpeechToTextInput
from shared.identifiers import new_id


def asked(**parameters: Any) -> SpeechToTextInput:
    return SpeechToTextInput(**{"audio": {"upload": new_id()}, **parameters})


@pytest.mark.parametrize(
    ("given", "code"),
    [("de", "de"), ("German", "de"), (" Haitian  Creole ", "ht"), ("pt-BR", "pt"), ("zh_CN", "zh"), ("Mandarin", "zh")],
)
def test_a_language_is_known_by_its_code_and_by_its_name(given: str, code: str) -> None:
    assert asked(language=given).language == code


def test_every_language_is_found_by_its_own_name() -> None:
    assert {language_code(name) for name in LANGUAGES.values()} == set(LANGUAGES)


def test_a_language_nobody_knows_is_answered_with_the_likely_one() -> None:
    with pytest.raises(ValidationError, match="did you mean 'german'"):
        asked(language="germann")


@pytest.mark.parametrize(
    ("field", "parameters"),
    [
        ("audio", {"audio": None}),
        ("task", {"task": "summarize"}),
        ("language", {"language": "klingon"}),
        ("timestamps", {"timestamps": "letter"}),
        ("num_beams", {"num_beams": 0}),
        ("temperature", {"temperature": 1.5}),
        ("temperature", {"num_beams": 2, "temperature": 0.4}),
        ("prompt", {"prompt": "hello"}),
    ],
)
def test_a_bad_input_is_refused_naming_the_field(field: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        asked(**parameters)
    assert {error["loc"][0] for error in refusal.value.errors()} == {field}


def test_beams_take_a_temperature_of_none_or_zero() -> None:
    assert asked(num_beams=3, temperature=0).temperature == 0
    assert asked(num_beams=3).temperature is None


def test_a_result_is_four_files() -> None:
    assert asked().output_count() == 4
