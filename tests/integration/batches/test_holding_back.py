"""A batch that is paused, resumed, or called off; one whose worker dies."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from shared.artifacts import uploads
from shared.batches import claims, launching, planning, repository, service
from shared.batches.models import Batch, BatchItem
from shared.batches.states import BatchState
from shared.db import session_scope
from shared.errors import LeaseLost, StateConflict
from shared.events.models import Event
from shared.events.types import EventType
from shared.jobs import bulk
from shared.jobs.bulk import PARKED_UNTIL
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.sweeps import queues_with_due_jobs
from shared.storage.s3 import get_store
from tests.integration.batches import workshop
from tests.integration.batches.workshop import table, teas
from tests.integration.jobs.actions import give_back, submit
from worker.batches.advance import Advancer

pytestmark = pytest.mark.usefixtures("models")


class Killed(BaseException):
    """The process is gone: nothing is tidied up."""


def states(batch_id: UUID) -> Counter[JobState]:
    return Counter(job.state for job in workshop.jobs_of(batch_id))


def test_nothing_of_a_paused_batch_begins_until_it_is_resumed(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(10)))
    running = workshop.claim(2)
    workshop.act(service.pause, workspace_id, batch_id)

    assert workshop.claim() == []
    with session_scope() as session:
        assert list(queues_with_due_jobs(session)) == []
    workshop.finish(running)
    assert workshop.look_again(workspace_id, batch_id).counts == {"queued": 8, "succeeded": 2}

    workshop.act(service.resume, workspace_id, batch_id)
    assert workshop.finish_all() == 8
    assert workshop.look_again(workspace_id, batch_id).state is BatchState.COMPLETED


def test_a_batch_larger_than_a_request_can_hold_back_is_held_back_by_the_worker(
    workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 3)
    batch_id = workshop.launched(workspace_id, table(teas(20)))
    workshop.act(service.pause, workspace_id, batch_id)
    workshop.advance()
    assert workshop.claim() == []

    workshop.act(service.resume, workspace_id, batch_id)
    workshop.advance()
    assert workshop.finish_all() == 20


def test_what_failed_once_is_held_back_when_it_comes_back_to_a_paused_batch(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(2)))
    running = workshop.claim(1)
    workshop.act(service.pause, workspace_id, batch_id)
    give_back(*running)
    workshop.look_again(workspace_id, batch_id)

    assert {job.run_after for job in workshop.jobs_of(batch_id)} == {PARKED_UNTIL}


def test_an_equal_job_of_somebody_else_does_not_wait_for_a_paused_batch(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(3)))
    (first, *_) = workshop.jobs_of(batch_id)
    other = submit(workspace_id, input=first.input, reuse=True)
    with session_scope() as session:
        assert session.get_one(Job, other).twin_id == first.id

    workshop.act(service.pause, workspace_id, batch_id)

    assert [each.job_id for each in workshop.claim()] == [other]


def test_a_canceled_batch_leaves_nothing_to_run_and_keeps_what_is_there(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(10)))
    done, running = workshop.claim(2), workshop.claim(3)
    workshop.finish(done)
    canceled = workshop.act(service.cancel, workspace_id, batch_id)

    assert canceled.counts == {"succeeded": 2, "running": 3, "canceled": 5}
    assert workshop.claim() == []
    with session_scope() as session:
        asked = select(func.count()).where(Job.batch_id == batch_id, Job.cancel_requested_at.is_not(None))
        assert session.scalar(asked) == 8
        told = select(func.count()).where(Event.type == EventType.JOB_CANCELED)
        assert session.scalar(told.select_from(Event)) == 5
    give_back(*running)
    ended = workshop.look_again(workspace_id, batch_id)
    assert ended.counts == {"succeeded": 2, "canceled": 8}
    assert ended.due_at is None
    with pytest.raises(StateConflict):
        workshop.act(service.resume, workspace_id, batch_id)


def test_what_has_no_job_yet_is_canceled_with_its_batch(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(2)))
    with session_scope() as session:
        waiting = update(BatchItem).where(BatchItem.batch_id == batch_id, BatchItem.row == 1)
        session.execute(waiting.values(job_id=None))

    workshop.act(service.cancel, workspace_id, batch_id)

    with session_scope(workspace_id) as session:
        found = repository.items(session, batch_id, repository.ItemFilter(state="canceled"))
        assert [each.state for each in found] == ["canceled", "canceled"]
        assert repository.items(session, batch_id, repository.ItemFilter(state="failed")) == []


def test_calling_off_takes_the_youngest_first_so_that_nothing_fails_for_want_of_another(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(1)))
    (parent,) = workshop.jobs_of(batch_id)
    child = submit(workspace_id, depends_on=[str(parent.id)])
    with session_scope() as session:
        session.execute(update(Job).where(Job.id == child).values(batch_id=batch_id))

    with session_scope() as session:
        assert bulk.cancel(session, batch_id, 1) == 1
        assert session.get_one(Job, child).state is JobState.CANCELED
        assert bulk.cancel(session, batch_id, 10) == 1
    assert states(batch_id) == {JobState.CANCELED: 2}


def test_a_worker_killed_in_the_middle_of_a_chunk_leaves_exactly_one_job_a_row(
    workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "_JOBS_OF_CHUNK", 10)
    batch_id = workshop.submit(workspace_id, table(teas(35)))
    workshop.advance()
    workshop.act(service.launch, workspace_id, batch_id)
    insert_items, chunks = repository.insert_items, []

    def die_in_the_third_chunk(*arguments: object) -> None:
        insert_items(*arguments)  # type: ignore[arg-type]
        chunks.append(arguments)
        if len(chunks) == 3:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(repository, "insert_items", die_in_the_third_chunk)
        with pytest.raises(Killed):
            Advancer(get_store()).advance_due()
    assert (workshop.get(workspace_id, batch_id).launched_rows, len(workshop.jobs_of(batch_id))) == (20, 20)
    assert Advancer(get_store()).advance_due() == 0, "its lease is still held"

    let_leases_lapse()
    workshop.advance()

    assert workshop.get(workspace_id, batch_id).state is BatchState.RUNNING
    assert [item.row for item in workshop.items_of(batch_id)] == list(range(1, 36))
    assert len(workshop.jobs_of(batch_id)) == 35


def test_a_worker_killed_while_it_plans_leaves_every_row_planned_once(
    workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "CHUNK_ROWS", 10)
    rows = [*teas(34), {"custom_id": "bad", "name": "\x01"}]
    batch_id = workshop.submit(workspace_id, table(rows))
    plan_chunk, chunks = planning.plan_chunk, []

    def die_in_the_third_chunk(*arguments: object) -> None:
        plan_chunk(*arguments)  # type: ignore[arg-type]
        chunks.append(arguments)
        if len(chunks) == 3:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(planning, "plan_chunk", die_in_the_third_chunk)
        with pytest.raises(Killed):
            Advancer(get_store()).advance_due()
    let_leases_lapse()
    workshop.advance()

    found = workshop.get(workspace_id, batch_id)
    assert (found.state, found.rows, found.bad_rows, found.items) == (BatchState.PLANNED, 35, 1, 34)
    uninterrupted = workshop.submit(workspace_id, table(rows))
    workshop.advance()
    other = workshop.get(workspace_id, uninterrupted)
    assert found.plan == other.plan


def test_a_frozen_worker_that_wakes_changes_nothing(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(3)))
    with session_scope() as session:
        frozen = claims.claim(session, 60)
    assert frozen is not None
    let_leases_lapse()
    workshop.advance()

    with session_scope(workspace_id) as session, pytest.raises(LeaseLost):
        claims.hold(session, frozen, 60)
    assert workshop.get(workspace_id, batch_id).state is BatchState.PLANNED


def test_a_batch_that_kills_every_worker_fails_in_the_end(workspace_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(1)))

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(planning, "plan_chunk", die)
        for _ in range(5):
            with pytest.raises(Killed):
                Advancer(get_store()).advance_due()
            let_leases_lapse()
    workshop.advance()

    failed = workshop.get(workspace_id, batch_id)
    assert failed.state is BatchState.FAILED
    assert failed.error_message is not None
    assert "several times" in failed.error_message


def test_pausing_stops_a_launch_that_is_under_way_and_resuming_goes_on(
    workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "_JOBS_OF_CHUNK", 10)
    batch_id = workshop.submit(workspace_id, table(teas(30)))
    workshop.advance()
    workshop.act(service.launch, workspace_id, batch_id)
    launch_chunk = launching.launch_chunk

    def be_paused_meanwhile(*arguments: object) -> None:
        launch_chunk(*arguments)  # type: ignore[arg-type]
        monkeypatch.setattr(launching, "launch_chunk", launch_chunk)
        pausing.append(batch_id)

    pausing: list[UUID] = []
    monkeypatch.setattr(launching, "launch_chunk", be_paused_meanwhile)
    Advancer(get_store(), stopping=lambda: bool(pausing)).advance_due()
    workshop.act(service.pause, workspace_id, batch_id)
    workshop.advance()
    assert workshop.get(workspace_id, batch_id).state is BatchState.PAUSED
    assert len(workshop.items_of(batch_id)) == 10
    assert workshop.claim() == []

    assert workshop.act(service.resume, workspace_id, batch_id).state is BatchState.LAUNCHING
    workshop.advance()
    assert workshop.finish_all() == 30
    assert workshop.look_again(workspace_id, batch_id).state is BatchState.COMPLETED


def test_a_table_that_is_removed_before_it_is_launched_fails_the_batch(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, table(teas(3)))
    workshop.advance()
    upload_id = workshop.get(workspace_id, batch_id).upload_id
    assert upload_id is not None
    uploads.remove(get_store(), workspace_id, upload_id)
    workshop.act(service.launch, workspace_id, batch_id)
    workshop.advance()

    failed = workshop.get(workspace_id, batch_id)
    assert (failed.state, failed.error_message) == (BatchState.FAILED, "The table is no longer kept.")


def test_a_batch_that_is_removed_leaves_its_jobs(workspace_id: UUID) -> None:
    batch_id = workshop.launched(workspace_id, table(teas(3)))
    with session_scope(workspace_id) as session, pytest.raises(StateConflict):
        service.remove(session, workspace_id, batch_id)
    workshop.finish_all()
    workshop.look_again(workspace_id, batch_id)
    with session_scope(workspace_id) as session:
        service.remove(session, workspace_id, batch_id)

    with session_scope() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0
        assert session.scalar(select(func.count()).select_from(BatchItem)) == 0
    assert len(workshop.jobs_of(batch_id)) == 3


def let_leases_lapse() -> None:
    """As if a minute had passed."""
    with session_scope() as session:
        session.execute(update(Batch).where(Batch.lease_until.is_not(None)).values(lease_until=func.now()))
