"""Texts of other jobs in a prompt: every place has its text, every text its place, and braces are else just braces."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text import TextInput
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.catalog.wording import problems_of
from shared.errors import InputRefused

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


def prompted(prompt: str, **texts: str) -> TextInput:
    """An input whose texts are attached."""
    inserts = {name: {"job": ID} for name in texts}
    job_input = TextInput.model_validate({"prompt": prompt, "inserts": inserts, "seed": 1})
    for name, reference in (job_input.inserts or {}).items():
        reference.attach(StoredFile("text/plain; charset=utf-8", texts[name].encode()))
    return job_input


@pytest.mark.parametrize(
    ("prompt", "texts", "whole"),
    [
        ("An ad that says {slogan}", {"slogan": "Wake up.\n"}, "An ad that says Wake up."),
        ("{a} and {b}, {a}", {"a": "x", "b": "y"}, "x and y, x"),
        ('As JSON {"slogan": "{slogan}"} {}', {"slogan": "x"}, 'As JSON {"slogan": "x"} {}'),
        ("{a}", {"a": "literally {b} and {a}"}, "literally {b} and {a}"),
        ("{a}", {"a": "\ufeffGrüße"}, "Grüße"),
        (r"{a}", {"a": r"\1 \g<0>"}, r"\1 \g<0>"),
    ],
)
def test_texts_go_where_the_prompt_names_them(prompt: str, texts: dict[str, str], whole: str) -> None:
    assert prompted(prompt, **texts).prompt_with_inserts() == whole


def test_a_worker_s_input_reads_as_if_the_prompt_had_been_written_so() -> None:
    direct = TextInput.model_validate({"prompt": "Say hello", "seed": 1})
    assert prompted("Say {what}", what="hello").with_inserts() == direct


@pytest.mark.parametrize("prompt", ["a {place} nobody fills", "{}", "{{a}}", "function() { return 1 }"])
def test_without_inserts_braces_are_braces(prompt: str) -> None:
    job_input = TextInput.model_validate({"prompt": prompt})
    assert job_input.prompt_with_inserts() == prompt
    assert job_input.with_inserts() is job_input


@pytest.mark.parametrize("inserts", [{}, None])
@pytest.mark.parametrize("input_type", [TextInput, TextToImageInput])
def test_no_inserts_leave_no_trace_in_the_stored_input(input_type: type[TextInput], inserts: Any) -> None:
    plain = input_type.model_validate({"prompt": "x"})
    given = input_type.model_validate({"prompt": "x", "inserts": inserts})
    assert given.model_dump(exclude_none=True) == plain.model_dump(exclude_none=True)
    assert "inserts" not in plain.model_dump(exclude_none=True)


@pytest.mark.parametrize(
    ("prompt", "names", "message"),
    [
        ("Say {slogan}", ["motto"], "says {slogan}, and `inserts` has no text of that name"),
        ("Say", ["slogan"], "does not say {slogan}, where the text of that name in `inserts` would go"),
        ("Say {a} and {b}", ["a"], "says {b}, and `inserts` has no text of that name"),
    ],
)
def test_places_and_texts_must_match(prompt: str, names: list[str], message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TextInput.model_validate({"prompt": prompt, "inserts": {name: {"job": ID} for name in names}})
    (problem,) = problems_of(caught.value, "input", TextInput)
    assert (problem.path, problem.message) == ("input.prompt", message)


@pytest.mark.parametrize("name", ["two words", "", "9", "a" * 41, "a.b", "__proto{"])
def test_a_name_is_a_word(name: str) -> None:
    with pytest.raises(ValidationError):
        TextInput.model_validate({"prompt": f"{{{name}}}", "inserts": {name: {"job": ID}}})


def test_a_text_that_makes_the_prompt_too_long_is_refused_by_name() -> None:
    job_input = prompted("Say {slogan}", slogan="x" * MAX_PROMPT_CHARACTERS)
    with pytest.raises(InputRefused) as caught:
        job_input.prompt_with_inserts()
    assert caught.value.problems[0].path == "input.prompt"


def test_a_text_that_nobody_attached_is_a_mistake_of_ours() -> None:
    job_input = TextInput.model_validate({"prompt": "Say {slogan}", "inserts": {"slogan": {"job": ID}}})
    with pytest.raises(LookupError):
        job_input.prompt_with_inserts()
