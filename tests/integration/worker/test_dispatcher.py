"""The dispatcher as it really runs: nothing that was lost stays lost."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db import get_engine, session_scope
from shared.identifiers import new_id
from shared.jobs.states import JobState
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from shared.stack import Stack
from shared.workers.models import Worker, WorkerState
from tests.integration.jobs.actions import claim, claim_one, lapse, queue_many, read, submit, timeline
from tests.integration.jobs.waiting import until
from tests.integration.worker.background import Background
from worker.lease import LeaseKeeper

pytestmark = pytest.mark.usefixtures("models")

EVERYBODY_ELSE_IS_DISCONNECTED = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND usename = current_user AND datname = current_database()"
)


def bells(queue: QueueName = QueueName.GENERATION) -> int:
    return int(get_redis().llen(f"{KEY_PREFIX}{queue}"))


@pytest.fixture(scope="module")
def standing(servers: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Background]:
    with Background("dispatcher", tmp_path_factory.mktemp("standing"), BOTTEGA_POLL_SECONDS="0.2") as process:
        until(lambda: "leading" in process.events(), what="leading")
        yield process


def add_worker(state: WorkerState = WorkerState.RUNNING) -> None:
    with session_scope() as session:
        session.add(
            Worker(id=new_id(), queue=QueueName.GENERATION, state=state, host="here", process_id=1, device="cpu:0")
        )


def test_a_flushed_redis_is_filled_again(standing: Background, workspace_id: UUID) -> None:
    submit(workspace_id)
    get_redis().flushall()

    until(bells, seconds=5, what="a bell")


def test_it_rings_once_for_each_living_worker_and_for_nothing_that_is_not_due(
    standing: Background, workspace_id: UUID
) -> None:
    for state in (WorkerState.RUNNING, WorkerState.RUNNING, WorkerState.STOPPED):
        add_worker(state)
    queue_many(workspace_id, 50)

    until(lambda: bells() == 2, what="two bells")
    taken = claim(50)
    get_redis().flushdb()
    lapse(*taken)
    until(lambda: read(taken[0].job_id).state is JobState.QUEUED, what="the return of the leases")

    assert bells() == 0, "they pause for two seconds first"
    until(lambda: bells() == 2, what="two bells again")


def test_a_silent_worker_s_jobs_come_back(standing: Background, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    lapse(claim_one())

    until(lambda: read(job_id).state is JobState.QUEUED, seconds=5, what="its return")
    assert read(job_id).runs_alone


def test_a_lease_that_could_not_be_renewed_in_an_outage_is_the_worker_s_to_renew_first(
    standing: Background, workspace_id: UUID
) -> None:
    job_id = submit(workspace_id)
    held = claim_one()
    with get_engine().connect() as connection:
        connection.execute(EVERYBODY_ELSE_IS_DISCONNECTED)
    get_engine().dispose()
    until(lambda: "database_unavailable" in standing.events(), what="a noticed outage")
    lapse(held)

    keeper = LeaseKeeper(60, 0.1, 60)
    keeper.take([held])
    keeper.start()
    late = queue_many(workspace_id, 1)
    get_redis().flushdb()
    until(bells, seconds=15, what="the dispatcher's next look")
    keeper.stop()

    assert read(late[0]).state is JobState.QUEUED
    assert (read(job_id).state, read(job_id).attempts) == (JobState.RUNNING, 1)
    assert "job.requeued" not in timeline(job_id)
