"""Jobs that run later, and jobs that run soon or not at all."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, text, update

from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import GenerationFailed, InputRefused
from shared.jobs import expiry, sweeps
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.queue.names import QueueName
from tests.integration.jobs.actions import (
    cancel,
    claim,
    claim_one,
    fail,
    finish,
    make_due,
    queue_many,
    read,
    states,
    submit,
    timeline,
)

pytestmark = pytest.mark.usefixtures("models")

LATER = timedelta(hours=1)


def fail_expired() -> int:
    with session_scope() as session:
        return expiry.fail_expired(session)


def let_time_pass(*job_ids: UUID) -> None:
    """The deadlines of these jobs are over."""
    with session_scope() as session:
        ago = func.now() - text("interval '1 second'")
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(expires_at=ago))


def queues_due() -> list[QueueName]:
    with session_scope() as session:
        return list(sweeps.queues_with_due_jobs(session))


def test_a_scheduled_job_runs_when_its_time_has_come_and_not_before(workspace_id: UUID) -> None:
    moment = utc_now() + LATER
    job_id = submit(workspace_id, run_after=moment)

    assert (read(job_id).state, read(job_id).run_after) == (JobState.QUEUED, moment)
    assert (claim(), queues_due()) == ([], [])
    make_due(job_id)

    assert queues_due() == [QueueName.GENERATION]
    assert claim_one().job_id == job_id


def test_a_time_that_is_over_means_now(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, run_after=utc_now() - LATER)

    assert read(job_id).run_after == read(job_id).created_at
    assert claim_one().job_id == job_id


def test_a_child_that_is_set_free_keeps_its_own_time(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    moment = utc_now() + LATER
    child = submit(workspace_id, depends_on=[parent], run_after=moment)
    finish(claim_one())

    assert (read(child).state, read(child).run_after) == (JobState.QUEUED, moment)
    assert claim() == []


def test_a_job_that_has_not_begun_in_time_fails_and_says_so(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, expires_after=60)
    job = read(job_id)
    assert job.expires_at == job.created_at + timedelta(seconds=60)
    assert fail_expired() == 0
    let_time_pass(job_id)

    assert fail_expired() == 1
    assert (read(job_id).state, read(job_id).error_code) == (JobState.FAILED, "expired")
    assert timeline(job_id) == ["job.accepted", "job.failed"]
    assert fail_expired() == 0


def test_a_job_that_runs_is_let_finish(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, expires_after=60)
    claimed = claim_one()
    let_time_pass(job_id)

    assert fail_expired() == 0
    assert finish(claimed) == {job_id}


def test_a_job_that_comes_back_too_late_for_another_attempt_expires(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, expires_after=60)
    fail(GenerationFailed(), claim_one())
    let_time_pass(job_id)

    assert fail_expired() == 1
    assert read(job_id).error_code == "expired"


def test_a_waiting_job_expires_too_and_its_children_end_with_it(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    job_id = submit(workspace_id, depends_on=[parent], expires_after=60)
    child = submit(workspace_id, depends_on=[job_id])
    let_time_pass(job_id)

    assert fail_expired() == 1
    assert (read(child).state, read(child).error_code) == (JobState.FAILED, "dependency_failed")
    finish(claim_one())
    assert states([job_id, child]) == [JobState.FAILED] * 2


def test_a_root_that_expires_leaves_its_twins_to_the_oldest(workspace_id: UUID) -> None:
    root = submit(workspace_id, reuse=True, expires_after=60)
    heir, other = submit(workspace_id, reuse=True), submit(workspace_id, reuse=True)
    let_time_pass(root)

    assert fail_expired() == 1
    assert states([root, heir, other]) == [JobState.FAILED, JobState.QUEUED, JobState.WAITING]
    assert claim_one().job_id == heir


def test_a_twin_has_begun_when_its_root_runs(workspace_id: UUID) -> None:
    submit(workspace_id, reuse=True)
    twin = submit(workspace_id, reuse=True, expires_after=60)
    claimed = claim_one()
    let_time_pass(twin)

    assert fail_expired() == 0
    finish(claimed)
    assert read(twin).state is JobState.SUCCEEDED


def test_a_twin_whose_root_has_not_begun_expires_alone(workspace_id: UUID) -> None:
    root = submit(workspace_id, reuse=True)
    twin = submit(workspace_id, reuse=True, expires_after=60)
    let_time_pass(twin)

    assert fail_expired() == 1
    assert states([root, twin]) == [JobState.QUEUED, JobState.FAILED]
    assert read(twin).twin_id is None


def test_what_another_transaction_holds_is_left_to_the_next_look(workspace_id: UUID) -> None:
    held, free = submit(workspace_id, expires_after=60), submit(workspace_id, expires_after=60)
    let_time_pass(held, free)
    with session_scope() as session:
        session.get_one(Job, held, with_for_update=True)
        assert fail_expired() == 1
        assert states([held, free]) == [JobState.QUEUED, JobState.FAILED]

    assert fail_expired() == 1


def test_a_look_takes_no_more_than_it_is_told(workspace_id: UUID) -> None:
    ids = queue_many(workspace_id, 5)
    let_time_pass(*ids)
    with session_scope() as session:
        assert expiry.fail_expired(session, limit=2) == 2

    assert states(ids).count(JobState.FAILED) == 2


def test_a_canceled_job_does_not_expire(workspace_id: UUID) -> None:
    job_id = submit(workspace_id, expires_after=60)
    cancel(workspace_id, job_id)
    let_time_pass(job_id)

    assert fail_expired() == 0


def test_a_deadline_before_the_beginning_is_refused_on_its_field(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused, match="expire before") as refused:
        submit(workspace_id, run_after=utc_now() + LATER, expires_after=60)

    assert [problem.path for problem in refused.value.problems] == ["expires_after"]
    assert read(submit(workspace_id, run_after=utc_now() + LATER, expires_after=7200)).expires_at is not None
