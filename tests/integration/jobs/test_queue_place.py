"""Where a job stands in the queue: as the claim will have it, at a cost that does not grow with the queue."""

from __future__ import annotations

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from shared.catalog.models import Model
from shared.db import get_engine, session_scope
from shared.jobs import pauses
from shared.jobs.models import Job
from shared.jobs.pauses import PauseTarget
from shared.jobs.queue_place import COUNT_CAP, HoldUp, QueuePlace, queue_place
from shared.jobs.states import Priority
from shared.queue.names import QueueName
from shared.workers.models import Worker
from tests.integration.jobs.actions import another_workspace, claim, claim_one, finish, queue_many, submit

pytestmark = pytest.mark.usefixtures("models")


def place(job_id: UUID) -> QueuePlace:
    """Where it stands."""
    with session_scope() as session:
        found = queue_place(session, session.get_one(Job, job_id))
    assert found is not None
    return found


def positions(job_ids: list[UUID]) -> list[int | None]:
    return [place(job_id).position for job_id in job_ids]


def start_worker() -> None:
    with session_scope() as session:
        session.add(Worker(queue=QueueName.GENERATION, host="here", process_id=1, device="cpu"))


def test_within_a_workspace_the_oldest_is_the_first(workspace_id: UUID) -> None:
    assert positions(queue_many(workspace_id, 4)) == [1, 2, 3, 4]


def test_a_higher_class_stands_before_and_a_lower_one_behind(workspace_id: UUID) -> None:
    bulk = queue_many(workspace_id, 3, priority=Priority.BULK)
    normal = queue_many(workspace_id, 2)
    urgent = queue_many(another_workspace("other"), 2, priority=Priority.INTERACTIVE)

    assert positions([*urgent, *normal, *bulk]) == [1, 2, 3, 4, 5, 6, 7]


def test_a_small_workspace_stands_at_the_front_of_another_ones_long_queue(workspace_id: UUID) -> None:
    whale = queue_many(workspace_id, 500)
    claim(4)
    small = queue_many(another_workspace("small"), 3)

    assert positions(small) == [1, 3, 5], "the workspaces take turns, and the one with less running is first"
    assert place(whale[-1]).position == 500 - 4 + 3


def test_the_places_are_those_in_which_a_lone_worker_takes_the_jobs(workspace_id: UUID) -> None:
    owners = [workspace_id, another_workspace("second"), another_workspace("third")]
    job_ids = list(
        itertools.chain.from_iterable(
            queue_many(owner, size, f"shape-{owner}", priority)
            for owner, size in zip(owners, (9, 4, 1), strict=True)
            for priority in (Priority.NORMAL, Priority.BULK)
        )
    )
    expected = {job_id: place(job_id).position or 0 for job_id in job_ids}
    taken: list[UUID] = []
    while found := claim():
        finish(*found)
        taken.append(found[0].job_id)

    assert len(taken) == len(job_ids)
    for turn, job_id in enumerate(taken, start=1):
        assert abs(expected[job_id] - turn) <= len(owners), "nobody is told wrong by more than one round"


def test_a_long_queue_is_counted_to_a_cap_and_no_time_is_promised(workspace_id: UUID) -> None:
    start_worker()
    last = queue_many(workspace_id, COUNT_CAP + 50)[-1]

    found = place(last)
    assert (found.position, found.is_more, found.eta_seconds) == (COUNT_CAP, True, None)


@pytest.mark.new_tables
def test_a_place_reads_no_more_of_a_queue_of_20000_than_of_one_of_2000(workspace_id: UUID) -> None:
    second = another_workspace("second")
    read = []
    for more in (2000, 18_000):
        for owner in (workspace_id, second):
            queue_many(owner, more)
        last = queue_many(workspace_id, 1)[0]
        with get_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM (ANALYZE) jobs"))
        read.append(_rows_read_for(last))

    assert 0 < read[1] <= 3 * COUNT_CAP, "each of the three counts ends at the cap"
    assert read[1] <= read[0] + COUNT_CAP


def _rows_read_for(job_id: UUID) -> int:
    """Rows and index entries of jobs that its place was read from: what the transaction itself has counted."""
    count = text(
        "SELECT sum(pg_stat_get_xact_tuples_returned(relation)) FROM ("
        " SELECT 'jobs'::regclass::oid AS relation UNION ALL"
        " SELECT indexrelid FROM pg_index WHERE indrelid = 'jobs'::regclass) AS of_jobs"
    )
    with session_scope() as session:
        job = session.get_one(Job, job_id)
        before = session.execute(count).scalar_one()
        assert queue_place(session, job) is not None
        return int(session.execute(count).scalar_one() - before)


def test_without_a_worker_there_is_a_place_and_no_time(workspace_id: UUID) -> None:
    found = place(queue_many(workspace_id, 2)[1])
    assert (found.position, found.eta_seconds, found.hold_up) == (2, None, HoldUp.NO_WORKER)


def test_before_anything_was_charged_there_is_no_estimate(workspace_id: UUID) -> None:
    start_worker()
    found = place(queue_many(workspace_id, 2)[1])
    assert (found.position, found.eta_seconds, found.hold_up) == (2, None, None)


@pytest.mark.parametrize("workers", [1, 4])
def test_the_estimate_is_the_work_ahead_at_the_recent_pace_shared_among_the_workers(
    workspace_id: UUID, workers: int
) -> None:
    queue_many(workspace_id, 20)
    for _ in range(10):
        finish(claim_one(), device_seconds=2.0)
    claim_one()
    for _ in range(workers):
        start_worker()
    last = queue_many(workspace_id, 1)[0]

    found = place(last)
    assert found.position == 10
    assert found.eta_seconds == pytest.approx((9 + 0.5) * 2.0 / workers, abs=0.1)


def test_a_paused_job_says_by_what_and_a_paused_neighbour_takes_no_turns(workspace_id: UUID) -> None:
    other = another_workspace("other")
    theirs, ours = queue_many(other, 5), queue_many(workspace_id, 3)
    with session_scope() as session:
        pauses.pause(session, PauseTarget.of_workspace(other), "unpaid")

    found = place(theirs[0])
    assert (found.position, found.hold_up, found.paused[0].reason) == (None, HoldUp.PAUSED, "unpaid")
    assert positions(ours) == [1, 2, 3]


def test_every_kind_of_pause_holds_a_job_up(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    with session_scope() as session:
        model_id = session.scalars(select(Model.id).where(Model.name == "starter/adcopy")).one()
        for target in (PauseTarget.of_queue(QueueName.GENERATION), PauseTarget.of_model(model_id)):
            pauses.pause(session, target)

    assert [each.kind.value for each in place(job_id).paused] == ["queue", "model"]


def test_a_scheduled_job_says_when(workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    with session_scope() as session:
        later = func.now() + timedelta(hours=1)
        session.execute(update(Job).where(Job.id == job_id).values(run_after=later))

    found = place(job_id)
    assert (found.position, found.hold_up) == (None, HoldUp.SCHEDULED)
    assert found.document()["not_before"] is not None


def test_a_job_that_waits_for_others_says_for_which_are_left(workspace_id: UUID) -> None:
    done, left = submit(workspace_id, reuse=False), submit(workspace_id, reuse=False)
    child = submit(workspace_id, depends_on=[done, left], reuse=False)
    finish(claim_one())

    found = place(child)
    assert (found.hold_up, found.waiting_for) == (HoldUp.WAITING_FOR, [str(left)])


def test_a_job_that_runs_has_no_place(workspace_id: UUID) -> None:
    submit(workspace_id)
    taken = claim_one()
    with session_scope() as session:
        assert queue_place(session, session.get_one(Job, taken.job_id)) is None
