"""A submission, before any model has seen it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.wording import problems_of
from shared.identifiers import new_id
from shared.jobs.request import MAX_LABEL_BYTES, JobRequest
from shared.jobs.states import Priority

LEAST = {"model": "starter/adcopy", "input": {"prompt": "Coffee"}}


def paths(**changes: Any) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        JobRequest.model_validate({**LEAST, **changes})
    return sorted({problem.path.split(".")[0] for problem in problems_of(refused.value)})


def test_a_model_and_an_input_are_enough() -> None:
    asked = JobRequest.model_validate(LEAST)

    assert asked.priority_class() is Priority.NORMAL
    assert (asked.labels, asked.depends_on, asked.webhook_url, asked.webhook_events) == ({}, [], None, None)


@pytest.mark.parametrize("priority", ["interactive", "normal", "bulk"])
def test_each_class_has_its_place_in_the_order(priority: str) -> None:
    asked = JobRequest.model_validate({**LEAST, "priority": priority})

    assert asked.priority_class() is Priority[priority.upper()]
    assert Priority.INTERACTIVE < Priority.NORMAL < Priority.BULK


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", ""),
        ("model", "m" * 201),
        ("model", None),
        ("input", "a prompt"),
        ("input", None),
        ("priority", "urgent"),
        ("labels", ["a"]),
        ("labels", {"note": "x" * MAX_LABEL_BYTES}),
        ("labels", {"ratio": float("nan")}),
        ("depends_on", ["not an id"]),
        ("depends_on", [str(new_id())] * 101),
        ("webhook_url", "h" * 2001),
        ("webhook_events", ["job.accepted"]),
        ("callback", "https://example.com"),
    ],
)
def test_a_bad_field_is_refused_by_name(field: str, value: Any) -> None:
    assert paths(**{field: value}) == [field]


def test_all_bad_fields_are_refused_together() -> None:
    assert paths(model="", priority="urgent", depends_on=["x"]) == ["depends_on", "model", "priority"]


def test_labels_come_back_as_they_were_sent() -> None:
    labels = {"campaign": "spring", "nested": {"list": [1, 2.5, None, True]}, "ключ": "☕"}

    assert JobRequest.model_validate({**LEAST, "labels": labels}).labels == labels
