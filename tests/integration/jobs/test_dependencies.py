"""Jobs that wait for jobs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from shared.db import session_scope
from shared.errors import GenerationFailed, InputRefused, ModelLoadFailed
from shared.identifiers import new_id
from shared.jobs import repository, service
from shared.jobs.claims import Claim
from shared.jobs.models import Job, JobDependency
from shared.jobs.states import JobState
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from tests.integration.jobs.actions import (
    cancel,
    claim,
    claim_one,
    count,
    fail,
    finish,
    lapse,
    make_due,
    queue_many,
    read,
    request,
    return_expired,
    states,
    submit,
    timeline,
)
from tests.integration.jobs.waiting import until_somebody_waits_for_a_lock

pytestmark = pytest.mark.usefixtures("models")


def finish_together(together: threading.Barrier, claimed: Claim) -> None:
    together.wait()
    finish(claimed)


def test_a_child_waits_until_the_last_of_its_parents_has_succeeded(workspace_id: UUID) -> None:
    parents = [submit(workspace_id), submit(workspace_id)]
    child = submit(workspace_id, depends_on=parents)
    first, second = claim(16)

    finish(first)
    assert read(child).state is JobState.WAITING
    assert claim(16) == []
    finish(second)

    assert claim_one().job_id == child


def test_a_child_that_is_set_free_rings_the_bell(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    submit(workspace_id, depends_on=[parent])
    claimed = claim_one()
    get_redis().flushdb()

    finish(claimed)

    assert get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}") == 1


def test_a_child_of_parents_that_have_succeeded_already_does_not_wait(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    finish(claim_one())

    assert read(submit(workspace_id, depends_on=[parent])).state is JobState.QUEUED


def test_of_two_parents_that_finish_at_once_the_second_sets_the_child_free(workspace_id: UUID) -> None:
    children = []
    for _ in range(20):
        parents = queue_many(workspace_id, 2)
        children.append(submit(workspace_id, depends_on=parents))
        pair = claim(2)
        together = threading.Barrier(2)
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(partial(finish_together, together), pair))
        assert read(children[-1]).state is JobState.QUEUED
        finish(claim_one())

    assert set(states(children)) == {JobState.SUCCEEDED}


def test_a_parent_cannot_finish_between_the_look_at_it_and_the_child_s_commit(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    claimed = claim_one()
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            child = UUID(service.submit(session, workspace_id, request(depends_on=[parent]))["id"])
            finishing = threads.submit(finish, claimed)
            until_somebody_waits_for_a_lock()
        finishing.result(timeout=10)

    assert read(child).state is JobState.QUEUED


def test_a_failed_parent_fails_all_its_descendants_with_the_reason(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    other_parent = submit(workspace_id)
    grandchild = submit(workspace_id, depends_on=[child, other_parent])
    fail(ModelLoadFailed(), claim(1)[0])

    for job_id in (child, grandchild):
        job = read(job_id)
        assert (job.state, job.error_code) == (JobState.FAILED, "dependency_failed")
        assert timeline(job_id) == ["job.accepted", "job.failed"]
    assert str(parent) in (read(child).error_message or "")
    assert str(child) in (read(grandchild).error_message or "")
    assert read(other_parent).state is JobState.QUEUED


def test_a_child_that_is_set_free_says_why_it_could_start(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    finish(claim_one())

    assert timeline(child) == ["job.accepted", "job.queued"]
    with session_scope() as session:
        (_, queued) = repository.timeline(session, workspace_id, child)
    assert queued.data["reason"] == "dependencies_succeeded"


def test_a_child_that_asked_to_be_skipped_is_canceled_with_the_reason(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    skipped = submit(workspace_id, depends_on=[parent], on_dependency_failure="skip")
    below = submit(workspace_id, depends_on=[skipped])
    skipped_too = submit(workspace_id, depends_on=[below], on_dependency_failure="skip")
    failed = submit(workspace_id, depends_on=[parent])
    fail(ModelLoadFailed(), claim_one())

    assert states([skipped, below, skipped_too, failed]) == [
        JobState.CANCELED,
        JobState.FAILED,
        JobState.CANCELED,
        JobState.FAILED,
    ]
    assert read(skipped).error_code == "dependency_failed"
    assert str(parent) in (read(skipped).error_message or "")
    assert timeline(skipped) == ["job.accepted", "job.canceled"]
    assert timeline(below) == ["job.accepted", "job.failed"]


def test_the_end_of_a_long_chain_is_reached(workspace_id: UUID) -> None:
    chain = [submit(workspace_id)]
    for _ in range(30):
        chain.append(submit(workspace_id, depends_on=[chain[-1]]))
    cancel(workspace_id, chain[0])

    assert states(chain) == [JobState.CANCELED, *[JobState.FAILED] * 30]


def test_a_canceled_parent_fails_its_children(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])

    cancel(workspace_id, parent)

    assert (read(child).state, read(child).error_code) == (JobState.FAILED, "dependency_failed")


def test_a_parent_that_only_pauses_fails_nobody(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    fail(GenerationFailed(), claim_one())
    assert read(child).state is JobState.WAITING
    make_due(parent)
    lapse(claim_one())
    return_expired()
    assert read(child).state is JobState.WAITING


def test_a_parent_whose_workers_all_died_fails_its_children(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    for _ in range(3):
        make_due(parent)
        lapse(claim_one())
        return_expired()

    assert states([parent, child]) == [JobState.FAILED] * 2


def test_a_waiting_job_can_be_canceled_and_is_not_set_free_later(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent])
    cancel(workspace_id, child)
    finish(claim_one())

    assert read(child).state is JobState.CANCELED
    assert claim(16) == []


def test_a_job_cannot_depend_on_one_that_can_no_longer_succeed(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    cancel(workspace_id, parent)

    with pytest.raises(InputRefused, match="canceled") as refused:
        submit(workspace_id, depends_on=[parent])
    assert [problem.path for problem in refused.value.problems] == ["depends_on.0"]


def test_a_cycle_is_impossible_since_a_job_can_name_earlier_ones_only(workspace_id: UUID) -> None:
    with pytest.raises(InputRefused, match="there is no job"):
        submit(workspace_id, depends_on=[new_id()])

    job_id = submit(workspace_id)
    with pytest.raises(IntegrityError, match="not_on_itself"), session_scope() as session:
        session.add(JobDependency(job_id=job_id, needs_job_id=job_id, workspace_id=workspace_id))


def test_a_parent_named_twice_counts_once(workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent, parent])
    finish(claim_one())

    assert read(child).state is JobState.QUEUED
    assert count(Job) == 2
