"""Files of an input in one line."""

from __future__ import annotations

import pytest

from shared.catalog.inputs.files import FileReference
from shared.catalog.reference_text import is_reference, parse_reference, write_reference

ID = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"


@pytest.mark.parametrize("text", [f"upload:{ID}", f"artifact:{ID}", f"job:{ID}", f"job:{ID}:2"])
def test_a_line_and_the_reference_that_it_means_are_the_same(text: str) -> None:
    reference = parse_reference(text)
    assert reference is not None
    assert write_reference(reference) == text
    assert write_reference(FileReference.model_validate(reference).model_dump(mode="json", exclude_none=True)) == text


def test_a_job_s_first_output_need_not_be_counted() -> None:
    assert write_reference({"job": ID, "output": 0}) == f"job:{ID}"


@pytest.mark.parametrize(
    "text", ["", ID, "upload:", f"file:{ID}", f"upload:{ID}:1", f"job:{ID}:", f"job:{ID}:x", "https://a.example/x.png"]
)
def test_any_other_line_means_none(text: str) -> None:
    assert parse_reference(text) is None


@pytest.mark.parametrize(("value", "is_one"), [({"upload": ID}, True), ({"slogan": {"job": ID}}, False), (ID, False)])
def test_only_what_names_a_file_is_a_reference(value: object, is_one: bool) -> None:
    assert is_reference(value) == is_one
