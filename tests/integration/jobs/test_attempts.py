"""What counts as an attempt, what it leads to, and what does not count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import GenerationFailed, ModelLoadFailed, StateConflict
from shared.jobs import service
from shared.jobs.models import Job
from shared.jobs.states import DependencyFailure, JobState, Priority
from tests.integration.jobs.actions import (
    cancel,
    claim,
    claim_one,
    fail,
    finish,
    give_back,
    lapse,
    make_due,
    queue_many,
    read,
    return_expired,
    states,
    submit,
    timeline,
)

pytestmark = pytest.mark.usefixtures("models")


def pause_seconds(job: Job) -> float:
    """How long the job waits before its next attempt, from when its last one began."""
    assert job.started_at is not None
    return (job.run_after - job.started_at).total_seconds()


def test_an_error_that_may_pass_is_tried_again_after_growing_pauses_and_then_fails(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    pauses = []
    for _ in range(2):
        fail(GenerationFailed("no luck"), claim_one())
        pauses.append(pause_seconds(read(job_id)))
        assert claim(16) == []
        make_due(job_id)
    fail(GenerationFailed("no luck at all"), claim_one())

    job = read(job_id)
    assert pauses == [pytest.approx(2, abs=1), pytest.approx(10, abs=1)]
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert (job.error_code, job.error_message) == ("generation_failed", "no luck at all")
    assert timeline(job_id) == [
        "job.accepted",
        *["job.started", "job.requeued"] * 2,
        "job.started",
        "job.failed",
    ]


def test_an_error_that_cannot_pass_fails_at_once(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    fail(ModelLoadFailed("no weights"), claim_one())

    job = read(job_id)
    assert (job.state, job.attempts, job.error_code) == (JobState.FAILED, 1, "model_load_failed")


def test_a_success_after_a_failure_keeps_no_error(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    fail(GenerationFailed(), claim_one())
    make_due(job_id)
    finish(claim_one())

    job = read(job_id)
    assert (job.state, job.error_code, job.attempts) == (JobState.SUCCEEDED, None, 2)


def test_an_expired_lease_counts_and_sends_the_job_back_to_run_alone(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    lapse(claim_one())

    assert return_expired() == 1
    job = read(job_id)
    assert (job.state, job.attempts, job.runs_alone, job.worker_id) == (JobState.QUEUED, 1, True, None)


def test_a_lease_that_has_not_expired_is_left_alone(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    claim_one()

    assert return_expired() == 0
    assert read(job_id).state is JobState.RUNNING


def test_the_third_lost_worker_is_the_last(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    for _ in range(3):
        make_due(job_id)
        lapse(claim_one())
        return_expired()

    job = read(job_id)
    assert (job.state, job.attempts, job.error_code) == (JobState.FAILED, 3, "worker_lost")


def test_a_batch_of_a_dead_worker_comes_back_whole_each_member_alone(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 4)
    lapse(*claim(4))
    assert return_expired() == 4
    make_due(*ids)

    assert [[one.job_id for one in claim(16)] for _ in range(4)] == [[job_id] for job_id in ids]


def test_what_was_given_back_is_due_at_once_and_uncounted(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 3)
    taken = claim(3)
    give_back(*taken)

    assert {read(job_id).attempts for job_id in ids} == {0}
    again = claim(3)
    assert [(one.job_id, one.attempts) for one in again] == [(job_id, 1) for job_id in ids]
    assert timeline(ids[0]) == ["job.started", "job.requeued", "job.started"]


def test_giving_back_any_number_of_times_never_fails_a_job(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    for _ in range(5):
        give_back(claim_one())

    finish(claim_one())
    assert read(job_id).state is JobState.SUCCEEDED


def test_retrying_makes_a_new_job_of_the_same_input_class_and_labels(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, priority="bulk", labels={"campaign": "spring"}, webhook_url="http://127.0.0.1:9009/a")
    cancel(workspace_id, job_id)

    with session_scope() as session:
        again = UUID(service.retry(session, workspace_id, job_id)["id"])

    first, second = read(job_id), read(again)
    assert first.id != second.id
    assert second.priority == Priority.BULK
    for name in ("input", "labels", "webhook_url", "webhook_events", "fingerprint"):
        assert getattr(second, name) == getattr(first, name), name
    assert states([job_id, again]) == [JobState.CANCELED, JobState.QUEUED]


def test_retrying_a_job_that_waited_waits_again(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    cancel(workspace_id, child)

    with session_scope() as session:
        again = UUID(service.retry(session, workspace_id, child)["id"])

    assert read(again).state is JobState.WAITING
    finish(claim_one())
    assert read(again).state is JobState.QUEUED


def test_a_retry_sent_twice_with_one_key_makes_one_job(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    cancel(workspace_id, job_id)
    replies = []
    for _ in range(2):
        with session_scope() as session:
            replies.append(service.retry(session, workspace_id, job_id, "key-1"))

    assert replies[0] == replies[1]


def test_a_job_that_has_not_failed_cannot_be_retried(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)

    with pytest.raises(StateConflict, match="queued"), session_scope() as session:
        service.retry(session, workspace_id, job_id)


def test_a_retry_keeps_the_policy_and_a_time_still_to_come_but_no_deadline(workspace_id: UUID) -> None:
    moment = utc_now() + timedelta(hours=1)
    job_id = submit(workspace_id, run_after=moment, expires_after=7200, on_dependency_failure="skip")
    cancel(workspace_id, job_id)
    with session_scope() as session:
        again = read_in(session, service.retry(session, workspace_id, job_id))

    assert (again.run_after, again.expires_at) == (moment, None)
    assert again.on_dependency_failure is DependencyFailure.SKIP


def test_a_reproduction_runs_itself_whatever_there_is(workspace_id: UUID) -> None:
    first = submit(workspace_id, labels={"campaign": "spring"})
    finish(claim_one())
    with session_scope() as session:
        again = read_in(session, service.reproduce(session, workspace_id, first))

    assert (again.state, again.fingerprint, again.labels) == (
        JobState.QUEUED,
        read(first).fingerprint,
        {"campaign": "spring"},
    )
    assert finish(claim_one()) == {again.id}


def read_in(session: Session, document: dict[str, Any]) -> Job:
    """The row that a reply is about."""
    return session.get_one(Job, UUID(document["id"]))
