"""A job's events in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.events.types import EventType
from shared.jobs.timeline import WEBHOOK_ATTEMPT, TimelineEntry
from web.pages.timeline import happenings

_BEGAN = datetime(2026, 11, 23, tzinfo=UTC)


def event(kind: str, second: float, **data: object) -> TimelineEntry:
    return TimelineEntry(str(kind), _BEGAN + timedelta(seconds=second), data)


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


@pytest.mark.parametrize("kind", [kind for kind in EventType if kind.value.startswith("job.")])
def test_every_event_of_a_job_has_words(kind: EventType) -> None:
    (found,) = happenings([event(kind, 0, artifacts=[])])
    assert found.title != kind.value


def test_a_start_says_where_and_an_end_what_was_made_and_how_fast() -> None:
    started, succeeded = happenings(
        [
            event(EventType.JOB_STARTED, 0, attempts=2, worker={"host": "atelier", "device": "cuda:0"}),
            event(
                EventType.JOB_SUCCEEDED,
                2,
                artifacts=[{"size": 20_000}, {"size": 4_000}],
                work={"steps": 20, "seconds": 1.6, "upload_seconds": 0.08},
            ),
        ]
    )
    assert started.note == "Attempt 2. On cuda:0 of atelier."
    assert succeeded.note == "20 steps in 1.6 s (12.5 a second). 2 files, 24 kB, stored in 80 ms."


def test_an_attempt_to_deliver_says_of_what_to_whom_and_how_it_went() -> None:
    attempt = {"event": "job.succeeded", "url": "https://example.com/hooks?token=1", "milliseconds": 35, "error": None}
    received, refused, silent = happenings(
        [
            event(WEBHOOK_ATTEMPT, 0, **attempt, status=204),
            event(WEBHOOK_ATTEMPT, 1, **attempt, status=500),
            event(WEBHOOK_ATTEMPT, 2, **{**attempt, "error": "timed out"}, status=None),
        ]
    )
    assert (received.state, received.note) == ("succeeded", "job.succeeded to example.com: HTTP 204 after 35 ms.")
    assert (refused.state, silent.state) == ("failed", "failed")
    assert "timed out" in silent.note
