"""Equal jobs are generated once, and every one of them has the outputs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update

from shared.artifacts.models import Artifact
from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import GenerationFailed, ModelLoadFailed
from shared.identifiers import new_id
from shared.jobs import completion, reuse, service
from shared.jobs.completion import Success
from shared.jobs.models import Job
from shared.jobs.states import JobState, Priority
from shared.webhooks.models import WebhookDelivery
from tests.integration.jobs.actions import (
    another_workspace,
    artifacts,
    cancel,
    charges,
    claim,
    claim_one,
    confirm_cancel,
    count,
    fail,
    finish,
    lapse,
    make_due,
    output,
    read,
    request,
    return_expired,
    states,
    submit,
    timeline,
)
from tests.integration.jobs.waiting import until_somebody_waits_for_a_lock

pytestmark = pytest.mark.usefixtures("models")


def equal(workspace_id: UUID, **fields: Any) -> UUID:
    """Accept a job that is equal to every other one made here."""
    return submit(workspace_id, **{"reuse": True, **fields})


def generated(workspace_id: UUID) -> UUID:
    """A job that ran and succeeded."""
    job_id = equal(workspace_id)
    finish(claim_one())
    return job_id


def remove_files(job_id: UUID) -> int:
    """Mark a job's files as removed; how many rows, of any job, refer to its first one then."""
    with session_scope() as session:
        session.execute(update(Artifact).where(Artifact.job_id == job_id).values(removed_at=func.now()))
        keys = select(Artifact.object_key).where(Artifact.job_id == job_id)
        return session.scalars(select(func.count()).where(Artifact.object_key.in_(keys))).one()


def files(job_id: UUID) -> list[tuple[int, str, bytes, int]]:
    return [(one.index, one.object_key, one.sha256, one.size) for one in artifacts(job_id)]


def test_an_equal_job_succeeds_at_once_with_the_same_files_and_no_time_of_the_device(workspace_id: UUID) -> None:
    first = generated(workspace_id)

    second = equal(workspace_id)

    assert (read(second).state, read(second).twin_id, read(second).attempts) == (JobState.SUCCEEDED, first, 0)
    assert files(second) == files(first) != []
    assert {one.id for one in artifacts(second)}.isdisjoint(one.id for one in artifacts(first))
    assert charges(second) == {"device_seconds": 0.0, "artifacts": 1.0}
    assert timeline(second) == ["job.accepted", "job.succeeded"]
    assert claim() == []


def test_the_reply_already_has_the_outputs_and_says_whose_they_are(workspace_id: UUID) -> None:
    first = generated(workspace_id)

    with session_scope(workspace_id) as session:
        document = service.submit(session, workspace_id, request(reuse=True))

    assert (document["state"], document["reused_from"]) == ("succeeded", str(first))
    assert [one["sha256"] for one in document["artifacts"]] == [one.sha256.hex() for one in artifacts(first)]
    assert document["finished_at"] >= document["created_at"]


def test_a_job_that_wants_to_run_itself_does(workspace_id: UUID) -> None:
    generated(workspace_id)
    second = submit(workspace_id, reuse=False)

    assert claim_one().job_id == second


def test_a_copy_of_a_copy_is_as_good(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    equal(workspace_id)
    third = equal(workspace_id)

    assert files(third) == files(first)


def test_another_seed_input_or_workspace_is_not_equal(workspace_id: UUID) -> None:
    generated(workspace_id)
    others = [
        equal(workspace_id, input={"prompt": "Coffee by Zorvi", "seed": 8}),
        equal(workspace_id, input={"prompt": "Tea by Zorvi", "seed": 7}),
        equal(another_workspace("other")),
        equal(workspace_id, input={"prompt": "Coffee by Zorvi"}),
    ]

    assert states(others) == [JobState.QUEUED] * 4


def test_files_that_are_no_longer_kept_are_made_again(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    with session_scope() as session:
        session.execute(update(Artifact).where(Artifact.job_id == first).values(removed_at=func.now()))

    assert read(equal(workspace_id)).state is JobState.QUEUED


def test_files_that_are_just_being_removed_are_not_shared(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    with session_scope() as session:
        session.execute(update(Artifact).where(Artifact.job_id == first).values(removed_at=func.now()))
        assert read(equal(workspace_id)).state is JobState.QUEUED


def test_a_job_that_is_just_being_deleted_is_nobody_s_root(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    with session_scope() as session:
        session.execute(delete(Job).where(Job.id == first))
        assert read(equal(workspace_id)).state is JobState.QUEUED


def test_files_that_are_being_shared_are_not_removed_before_the_commit(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            service.submit(session, workspace_id, request(reuse=True))
            removing = threads.submit(remove_files, first)
            until_somebody_waits_for_a_lock()
        assert removing.result(timeout=10) == 2, "the copy refers to the same file by then"


@pytest.mark.parametrize("begun", [False, True])
def test_twins_of_a_job_that_is_still_to_be_generated_succeed_with_it(workspace_id: UUID, begun: bool) -> None:
    root = equal(workspace_id)
    claimed = claim_one() if begun else None
    twins = [equal(workspace_id) for _ in range(3)]
    assert states(twins) == [JobState.WAITING] * 3
    assert {read(twin).twin_id for twin in twins} == {root}

    finish(claimed or claim_one())

    assert states(twins) == [JobState.SUCCEEDED] * 3
    for twin in twins:
        assert files(twin) == files(root)
        assert charges(twin) == {"device_seconds": 0.0, "artifacts": 1.0}
        assert timeline(twin) == ["job.accepted", "job.succeeded"]
    assert claim() == []


def test_a_twin_s_own_webhook_is_told_and_its_children_are_set_free(workspace_id: UUID) -> None:
    equal(workspace_id)
    twin = equal(workspace_id, webhook_url="http://127.0.0.1:9009/hook")
    child = submit(workspace_id, depends_on=[twin])

    finish(claim_one())

    assert count(WebhookDelivery) == 1
    assert claim_one().job_id == child


def test_when_a_root_fails_the_oldest_twin_runs_for_the_others(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    heir, *others = [equal(workspace_id) for _ in range(3)]
    fail(ModelLoadFailed(), claim_one())

    assert states([root, heir, *others]) == [JobState.FAILED, JobState.QUEUED, *[JobState.WAITING] * 2]
    assert {read(other).twin_id for other in others} == {heir}
    assert read(heir).twin_id is None
    assert timeline(heir) == ["job.accepted", "job.queued"]
    finish(claim_one())

    assert states([heir, *others]) == [JobState.SUCCEEDED] * 3
    assert charges(heir)["device_seconds"] == 0.5


def test_when_a_root_is_called_off_its_twins_go_on(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    heir, other = equal(workspace_id), equal(workspace_id)
    cancel(workspace_id, root)

    assert states([root, heir, other]) == [JobState.CANCELED, JobState.QUEUED, JobState.WAITING]
    claimed = claim_one()
    cancel(workspace_id, heir)
    confirm_cancel(claimed)

    assert states([heir, other]) == [JobState.CANCELED, JobState.QUEUED]


def test_an_heir_that_is_just_being_called_off_is_passed_over(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    oldest, next_oldest, youngest = [equal(workspace_id) for _ in range(3)]
    claimed = claim_one()
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            service.cancel(session, workspace_id, oldest)
            failing = threads.submit(fail, ModelLoadFailed(), claimed)
            until_somebody_waits_for_a_lock()
        failing.result(timeout=10)

    assert states([root, oldest, next_oldest, youngest]) == [
        JobState.FAILED,
        JobState.CANCELED,
        JobState.QUEUED,
        JobState.WAITING,
    ]
    assert read(youngest).twin_id == next_oldest


def test_the_heir_has_the_class_of_the_most_urgent_that_waits(workspace_id: UUID) -> None:
    equal(workspace_id, priority="interactive")
    heir = equal(workspace_id, priority="bulk")
    equal(workspace_id, priority="normal")
    fail(ModelLoadFailed(), claim_one())

    assert read(heir).priority == Priority.NORMAL


def test_a_root_whose_workers_all_died_leaves_its_twins_to_the_oldest(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    twin = equal(workspace_id)
    for _ in range(3):
        make_due(root)
        lapse(claim_one())
        return_expired()

    assert states([root, twin]) == [JobState.FAILED, JobState.QUEUED]


def test_a_root_that_only_pauses_keeps_its_twins(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    twin = equal(workspace_id)
    fail(GenerationFailed(), claim_one())

    assert states([root, twin]) == [JobState.QUEUED, JobState.WAITING]


def test_a_twin_can_be_called_off_and_gets_nothing_later(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    twin = equal(workspace_id)
    cancel(workspace_id, twin)
    finish(claim_one())

    assert states([root, twin]) == [JobState.SUCCEEDED, JobState.CANCELED]
    assert (artifacts(twin), charges(twin), read(twin).twin_id) == ([], {}, None)


def test_a_job_that_is_called_off_is_nobody_s_root(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    claim_one()
    cancel(workspace_id, root)

    assert read(equal(workspace_id)).state is JobState.QUEUED


def test_a_more_urgent_twin_takes_its_root_along(workspace_id: UUID) -> None:
    root = equal(workspace_id, priority="bulk")
    equal(workspace_id, priority="normal")
    assert read(root).priority == Priority.NORMAL

    equal(workspace_id, priority="bulk")
    assert read(root).priority == Priority.NORMAL


def test_a_job_waits_for_no_other_that_cannot_run_yet(workspace_id: UUID) -> None:
    parent = submit(workspace_id, input={"prompt": "Tea by Zorvi"})
    waiting = equal(workspace_id, depends_on=[parent])
    scheduled = equal(workspace_id, run_after=utc_now() + timedelta(hours=1))
    ready = equal(workspace_id)

    assert states([waiting, scheduled, ready]) == [JobState.WAITING, JobState.QUEUED, JobState.QUEUED]


def test_what_is_scheduled_or_waits_for_parents_takes_over_nothing(workspace_id: UUID) -> None:
    generated(workspace_id)
    parent = submit(workspace_id, input={"prompt": "Tea by Zorvi"})

    assert read(equal(workspace_id, depends_on=[parent])).twin_id is None
    assert read(equal(workspace_id, run_after=utc_now() + timedelta(hours=1))).twin_id is None


def test_a_root_cannot_end_between_the_look_and_the_commit(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    claimed = claim_one()
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            twin = UUID(service.submit(session, workspace_id, request(reuse=True))["id"])
            finishing = threads.submit(finish, claimed)
            until_somebody_waits_for_a_lock()
        finishing.result(timeout=10)

    assert states([root, twin]) == [JobState.SUCCEEDED] * 2


def test_a_root_that_ends_while_its_twin_looks_is_found_with_its_files(workspace_id: UUID) -> None:
    root = equal(workspace_id)
    claimed = claim_one()
    with ThreadPoolExecutor(1) as threads:
        with session_scope() as session:
            completion.finish(session, [Success(claimed, [output(claimed)], 0.5)])
            accepting = threads.submit(equal, workspace_id)
            until_somebody_waits_for_a_lock()
        twin = accepting.result(timeout=10)

    assert (read(twin).state, read(twin).twin_id) == (JobState.SUCCEEDED, root)


def test_equal_jobs_sent_at_once_all_succeed_however_they_meet(workspace_id: UUID) -> None:
    together = threading.Barrier(9)
    done = threading.Event()

    def send() -> UUID:
        together.wait()
        return equal(workspace_id)

    def work() -> None:
        together.wait()
        while not done.is_set():
            finish(*claim(4))

    with ThreadPoolExecutor(9) as threads:
        working = threads.submit(work)
        sending = [threads.submit(send) for _ in range(8)]
        ids = [each.result(timeout=20) for each in sending]
        done.set()
        working.result(timeout=20)
    while claimed := claim(4):
        finish(*claimed)

    assert states(ids) == [JobState.SUCCEEDED] * 8
    assert all(set(charges(job_id)) == {"device_seconds", "artifacts"} for job_id in ids)
    assert all(len(artifacts(job_id)) == 1 for job_id in ids)


def test_a_root_has_so_many_twins_and_no_more(workspace_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reuse, "MAX_TWINS", 2)
    ids = [equal(workspace_id) for _ in range(5)]

    assert states(ids) == [
        JobState.QUEUED,
        JobState.WAITING,
        JobState.WAITING,
        JobState.QUEUED,
        JobState.WAITING,
    ]
    finish(*claim(2))
    assert states(ids) == [JobState.SUCCEEDED] * 5


def test_a_thousand_failures_do_not_hide_a_success_for_ever_nor_cost_a_long_look(workspace_id: UUID) -> None:
    first = generated(workspace_id)
    with session_scope() as session:
        template = session.get_one(Job, first)
        columns = {column.name: getattr(template, column.name) for column in Job.__table__.columns}
        failed = {**columns, "state": JobState.FAILED, "error_code": "generation_failed"}
        session.execute(insert(Job), [{**failed, "id": new_id()} for _ in range(49)])

    assert read(equal(workspace_id)).twin_id == first


def test_no_queued_or_running_job_has_a_root(workspace_id: UUID) -> None:
    generated(workspace_id)
    equal(workspace_id)
    with session_scope() as session:
        live = select(func.count()).where(Job.twin_id.is_not(None), Job.state.in_([JobState.QUEUED, JobState.RUNNING]))
        assert session.scalar(live) == 0
