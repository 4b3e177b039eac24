"""A text of another job that is longer than the model reads is shortened; what a person wrote never is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import StoredFile
from shared.catalog.inputs.text_to_image import TextToImageInput
from shared.errors import BeyondReading, FieldProblem, InputRefused
from shared.jobs.claims import Claim
from tests.unit.worker.claims import some_claims
from worker.inserting import checked_with_inserts, with_prompt_read
from worker.media.base import EncodedMedia

WORDS_READ = 8
ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


def check(job_input: JobInput) -> None:
    """A model that reads eight words."""
    assert isinstance(job_input, TextToImageInput)
    if len(job_input.prompt.split()) > WORDS_READ:
        raise InputRefused([BeyondReading("input.prompt", "too long")])


def prompted(prompt: str, **texts: str) -> TextToImageInput:
    inserts = {name: {"job": ID} for name in texts}
    job_input = TextToImageInput.model_validate({"prompt": prompt, "inserts": inserts, "seed": 1})
    for name, reference in (job_input.inserts or {}).items():
        reference.attach(StoredFile("text/plain; charset=utf-8", texts[name].encode()))
    return job_input


@pytest.mark.parametrize(
    ("prompt", "texts", "read"),
    [
        ("{idea}, soft light", {"idea": "a red boat"}, "a red boat, soft light"),
        (
            "{idea}, soft morning light",
            {"idea": "a red boat on a lake, and then a long way home through the woods"},
            "a red boat on a, soft morning light",
        ),
        (
            "{a} and {b}, soft light",
            {"a": "a red boat", "b": "one two three four five"},
            "a red boat and one two, soft light",
        ),
        (
            "{idea}",
            {"idea": "one two three four five six seven eight, nine"},
            "one two three four five six seven eight",
        ),
    ],
)
def test_inserts_give_way_and_what_stands_behind_them_is_read(prompt: str, texts: dict[str, str], read: str) -> None:
    assert getattr(checked_with_inserts(prompted(prompt, **texts), check), "prompt", None) == read


def test_a_text_without_spaces_is_ended_anywhere() -> None:
    def letters(job_input: Any) -> None:
        if len(job_input.prompt) > 6:
            raise InputRefused([BeyondReading("input.prompt", "too long")])

    given = prompted("{a}。", a="夕日に染まる湖と赤い舟")
    assert getattr(checked_with_inserts(given, letters), "prompt", None) == "夕日に染ま。"


def test_a_prompt_that_is_too_long_without_them_is_refused() -> None:
    with pytest.raises(InputRefused, match="too long"):
        checked_with_inserts(prompted("one two three four five six seven eight {a} nine", a="x y"), check)


def test_a_prompt_that_a_person_wrote_is_refused_as_it_is() -> None:
    with pytest.raises(InputRefused, match="too long"):
        checked_with_inserts(prompted("one two three four five six seven eight nine"), check)


def test_another_problem_is_not_mended_by_shortening() -> None:
    def refuse(job_input: JobInput) -> None:
        problems = [BeyondReading("input.prompt", "too long"), FieldProblem("input.width", "no such width")]
        raise InputRefused(problems)

    with pytest.raises(InputRefused, match="no such width"):
        checked_with_inserts(prompted("{a}", a="one two three four five six seven eight nine"), refuse)


class Drawn:
    """An output."""

    def encode(self) -> EncodedMedia:
        return EncodedMedia(b"x", "image/png", "png", {"width": 8})


def claim_of(job_input: TextToImageInput) -> Claim:
    return replace(some_claims(1)[0], input=job_input.model_dump(mode="json", exclude_none=True))


def test_the_file_says_what_the_prompt_was_in_the_end() -> None:
    given = prompted("{idea}, soft light", idea="a red boat")
    read = checked_with_inserts(given, check)

    (media,) = with_prompt_read(claim_of(given), read, [Drawn()])

    assert media.encode().facts == {"width": 8, "prompt": "a red boat, soft light"}


def test_a_prompt_without_inserts_is_no_fact_of_the_file() -> None:
    given = prompted("a red boat")
    (media,) = with_prompt_read(claim_of(given), given, [Drawn()])
    assert media.encode().facts == {"width": 8}
