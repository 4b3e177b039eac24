"""What a person reads when a field is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from shared.catalog.inputs.text import TextInput
from shared.catalog.wording import problems_of
from shared.identifiers import new_id
from shared.jobs.request import BulkRequest, JobRequest

LEAST = {"model": "starter/adcopy", "input": {"prompt": "Coffee"}}


def refused(model: type[BaseModel], document: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as error:
        model.model_validate(document)
    return {problem.path: problem.message for problem in problems_of(error.value, model=model)}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("max_new_tokens", 99_999, "must be 8192 at most, not 99999"),
        ("max_new_tokens", "many", "must be a whole number, not 'many'"),
        ("max_new_tokens", 1.5, "must be a whole number, not 1.5"),
        ("temperature", -1, "must be above 0, not -1"),
        ("temperature", "warm", "must be a number, not 'warm'"),
        ("top_p", float("inf"), "must be a finite number"),
        ("seed", -1, "must be 0 at least, not -1"),
        ("do_sample", "perhaps", "must be true or false, not 'perhaps'"),
        ("prompt", "", "must not be empty"),
        ("prompt", "x" * 10_001, "must have 10000 characters at most"),
        ("prompt", 7, "must be text, not 7"),
        ("stop", ["."] * 9, "must have 8 items at most, not 9"),
        ("stop", "end", "must be a list, not 'end'"),
    ],
)
def test_each_way_to_be_wrong_has_a_plain_sentence(field: str, value: Any, sentence: str) -> None:
    assert refused(TextInput, {"prompt": "x", field: value}) == {field: sentence}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("priority", "urgent", "must be interactive, normal or bulk, not 'urgent'"),
        ("input", "a prompt", "must be a JSON object, not 'a prompt'"),
        ("depends_on", ["4711"], "must be an id, not '4711'"),
        ("run_after", "2026-12-24T18:00:00", "must say its time zone, such as 2026-12-24T18:00:00Z"),
        ("run_after", "tomorrow", "must be an instant as RFC 3339 writes it, such as 2026-12-24T18:00:00Z"),
        ("run_after", 1_800_000_000, "is an instant as RFC 3339 writes it, such as 2026-12-24T18:00:00Z"),
        ("run_after", "2199-01-01T00:00:00Z", "lies more than a year ahead"),
        ("expires_after", 0.5, "must be 1 at least, not 0.5"),
        ("expires_after", 2_592_001, "must be 2592000 at most, not 2592001"),
        ("reuse", "maybe", "must be true or false, not 'maybe'"),
        ("on_dependency_failure", "ignore", "must be fail or skip, not 'ignore'"),
    ],
)
def test_each_option_of_a_job_has_a_plain_sentence(field: str, value: Any, sentence: str) -> None:
    path = f"{field}.0" if isinstance(value, list) else field
    assert refused(JobRequest, {**LEAST, field: value}) == {path: sentence}


def test_a_field_that_is_missing_is_said_to_be() -> None:
    assert refused(JobRequest, {"model": "starter/adcopy"}) == {"input": "is missing"}


def test_a_misspelt_field_comes_with_what_was_meant() -> None:
    assert refused(JobRequest, {**LEAST, "prioriti": "bulk"}) == {
        "prioriti": "is not a field of this input; did you mean 'priority'?"
    }
    assert refused(JobRequest, {**LEAST, "xyz": 1}) == {"xyz": "is not a field of this input"}


def test_a_misspelt_field_deep_inside_is_compared_with_its_own_neighbours() -> None:
    jobs = [LEAST, {**LEAST, "webhok_url": "https://example.com", "depends_on": [str(new_id())]}]

    assert refused(BulkRequest, {"jobs": jobs}) == {
        "jobs.1.webhok_url": "is not a field of this input; did you mean 'webhook_url'?"
    }


def test_what_is_long_is_not_repeated() -> None:
    assert refused(TextInput, {"prompt": "x", "top_k": "a" * 5000}) == {"top_k": "must be a whole number"}
    assert refused(TextInput, {"prompt": "x", "top_k": "9" * 5000}) == {"top_k": "must be a smaller number"}
