"""Workers over HTTP, and what they report of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, update

from shared.db import session_scope
from shared.queue.names import QueueName
from shared.workers.models import Worker
from tests.integration.jobs.waiting import until
from tests.integration.web.caller import Caller
from worker.drain import Drain
from worker.heartbeat import Heartbeat

MakeHeartbeat = Callable[..., Heartbeat]


@pytest.fixture
def heartbeat(database: None) -> Iterator[MakeHeartbeat]:
    """Starts workers' heartbeats: ``heartbeat(drain_file=...)``."""
    started: list[Heartbeat] = []

    def start(
        drain_file: Path | None = None, beat_seconds: float = 60, queue: QueueName = QueueName.GENERATION
    ) -> Heartbeat:
        started.append(Heartbeat(queue, "cuda:0", Drain(drain_file, 0), beat_seconds))
        started[-1].start()
        return started[-1]

    yield start
    for beat in started:
        beat.stop()


def listed(caller: Caller) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = caller.get("/workers").get_json()["items"]
    return items


def test_a_worker_that_stopped_or_fell_silent_is_not_listed(reader: Caller, heartbeat: MakeHeartbeat) -> None:
    living, stopped, silent = heartbeat(), heartbeat(), heartbeat()
    stopped.stop()
    with session_scope() as session:
        long_ago = func.now() - timedelta(seconds=61)
        session.execute(update(Worker).where(Worker.id == silent.worker_id).values(seen_at=long_ago))

    (worker,) = listed(reader)

    assert worker["id"] == str(living.worker_id)
    assert (worker["queue"], worker["state"], worker["device"]) == ("generation", "running", "cuda:0")


@pytest.mark.parametrize("queue", QueueName)
def test_a_worker_of_every_queue_is_listed(reader: Caller, heartbeat: MakeHeartbeat, queue: QueueName) -> None:
    heartbeat(queue=queue)
    assert [worker["queue"] for worker in listed(reader)] == [queue.value]


def test_a_worker_tells_what_it_has_done_with_which_model_and_that_it_drains(
    reader: Caller, heartbeat: MakeHeartbeat, tmp_path: Path
) -> None:
    beat = heartbeat(tmp_path / "drain", beat_seconds=0.02)
    beat.count_jobs(3)
    beat.count_jobs(1)
    beat.show_model("starter/adcopy")
    (tmp_path / "drain").touch()

    def told() -> tuple[int, str | None, str]:
        (worker,) = listed(reader)
        return worker["jobs_done"], worker["model"], worker["state"]

    until(lambda: told() == (4, "starter/adcopy", "draining"))


def test_a_worker_whose_row_was_lost_writes_it_again(reader: Caller, heartbeat: MakeHeartbeat) -> None:
    beat = heartbeat(beat_seconds=0.02)
    with session_scope() as session:
        session.execute(delete(Worker))
    until(lambda: [worker["id"] for worker in listed(reader)] == [str(beat.worker_id)])
