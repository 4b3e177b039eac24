"""A job's events in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.events.models import Event
from shared.events.types import EventType
from web.pages.timeline import happenings

_BEGAN = datetime(2026, 11, 23, tzinfo=UTC)


def event(kind: EventType, second: float, **data: object) -> Event:
    return Event(type=kind, created_at=_BEGAN + timedelta(seconds=second), data=data)


def test_each_event_says_how_long_after_the_one_before_it_came() -> None:
    found = happenings([event(EventType.JOB_ACCEPTED, 0), event(EventType.JOB_STARTED, 1.5, attempts=1)])
    assert [(each.title, each.after) for each in found] == [
        ("Accepted", timedelta(0)),
        ("Started", timedelta(seconds=1.5)),
    ]


def test_a_repeated_attempt_is_counted_and_its_reason_told() -> None:
    found = happenings(
        [
            event(EventType.JOB_REQUEUED, 0, reason="worker_lost", message="The worker stopped."),
            event(EventType.JOB_STARTED, 2, attempts=2),
            event(EventType.JOB_REQUEUED, 3, reason="drain"),
        ]
    )
    assert [each.note for each in found] == ["The worker stopped.", "Attempt 2.", "The worker was shut down."]


def test_a_failure_says_why() -> None:
    (failed,) = happenings([event(EventType.JOB_FAILED, 0, error={"code": "x", "message": "Out of memory."})])
    assert (failed.state, failed.note) == ("failed", "Out of memory.")


@pytest.mark.parametrize("kind", [kind for kind in EventType if kind is not EventType.WEBHOOK_TEST])
def test_every_event_of_a_job_has_words(kind: EventType) -> None:
    (found,) = happenings([event(kind, 0, artifacts=[])])
    assert found.title != kind.value
