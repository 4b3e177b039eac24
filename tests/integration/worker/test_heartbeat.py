"""What a worker says of itself, and who counts as living."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from shared.db import session_scope
from shared.queue.names import QueueName
from shared.workers import repository
from shared.workers.models import Worker, WorkerState
from tests.integration.jobs.waiting import until
from worker.drain import Drain
from worker.heartbeat import Heartbeat

pytestmark = pytest.mark.usefixtures("database")


def row() -> Worker:
    with session_scope() as session:
        return session.scalars(select(Worker)).one()


def living() -> int:
    with session_scope() as session:
        return len(repository.living(session))


def test_a_worker_is_seen_from_its_start_to_its_good_bye(tmp_path: Path) -> None:
    drain_file = tmp_path / "drain"
    beat = Heartbeat(QueueName.GENERATION, "cpu:0", Drain(drain_file, 0), beat_seconds=0.05)
    beat.start()
    first = row()
    assert (first.id, first.state, first.device, first.jobs_done) == (beat.worker_id, WorkerState.RUNNING, "cpu:0", 0)
    assert living() == 1

    beat.show_model("starter/backdrops")
    beat.count_jobs(3)
    beat.count_jobs(2)
    until(lambda: (row().model_name, row().jobs_done) == ("starter/backdrops", 5), what="a beat")
    assert row().seen_at > first.seen_at

    drain_file.touch()
    until(lambda: row().state is WorkerState.DRAINING, what="word of the drain")
    beat.stop()
    assert row().state is WorkerState.STOPPED
    assert living() == 0


def test_a_worker_that_fell_silent_is_not_living(tmp_path: Path) -> None:
    beat = Heartbeat(QueueName.GENERATION, "cpu:0", Drain(None, 0))
    beat.start()
    beat.stop()
    with session_scope() as session:
        session.execute(text("UPDATE workers SET state = 'running', seen_at = now() - interval '2 minutes'"))

    assert living() == 0
