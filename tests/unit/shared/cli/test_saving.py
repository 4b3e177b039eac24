"""Results get names that people can read and no file system trips over."""

from __future__ import annotations

from typing import Any

import pytest

from shared.cli.saving import file_name, slug
from shared.client import Job
from tests.unit.shared.client.scripted_server import job_document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A calm teal ocean, at dawn!", "a-calm-teal-ocean-at-dawn"),
        ("../../etc/passwd", "etc-passwd"),
        ("Crème brûlée", "creme-brulee"),
        ("海", ""),
        ("x" * 100, "x" * 48),
        ("one two three four five six seven eight nine ten eleven", "one-two-three-four-five-six-seven-eight-nine-ten"),
    ],
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected


def job(count: int, media_type: str = "image/png", **changes: Any) -> Job:
    artifacts = [
        {"id": str(index), "index": index, "media_type": media_type, "size": 1, "sha256": "00", "facts": {}}
        for index in range(count)
    ]
    return Job.from_json(job_document(id="0193-abcdef12", artifacts=artifacts, **changes))


def test_outputs_of_one_job_are_numbered() -> None:
    made = job(2)
    assert [file_name(made, artifact) for artifact in made.artifacts] == [
        "a-beach-seed7-1-abcdef12.png",
        "a-beach-seed7-2-abcdef12.png",
    ]


def test_a_prompt_without_latin_letters_falls_back_to_the_model() -> None:
    made = job(1, "text/plain; charset=utf-8", input={"prompt": "海", "seed": 1})
    assert file_name(made, made.artifacts[0]) == "backdrops-seed1-abcdef12.txt"


def test_an_unknown_kind_of_file_has_no_ending() -> None:
    made = job(1, "application/x-unheard-of")
    assert file_name(made, made.artifacts[0]) == "a-beach-seed7-abcdef12"


@pytest.mark.parametrize(
    ("media_type", "ending"),
    [("application/x-subrip", "srt"), ("text/vtt; charset=utf-8", "vtt"), ("audio/wav", "wav"), ("audio/midi", "mid")],
)
def test_a_file_ends_as_its_format_does(media_type: str, ending: str) -> None:
    made = job(1, media_type)
    assert file_name(made, made.artifacts[0]) == f"a-beach-seed7-abcdef12.{ending}"
