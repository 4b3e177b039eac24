"""Doorbells: rung for what is due, bounded in number and in time, and never the only word of anything."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from uuid import UUID

import pytest

from shared.config import get_settings
from shared.db import session_scope
from shared.errors import GenerationFailed
from shared.identifiers import new_id
from shared.jobs import progress, sweeps
from shared.queue import doorbell
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import OUTAGE, get_redis
from tests.integration.jobs.actions import claim, fail, finish, submit, timeline

QUEUE_KEY = f"{KEY_PREFIX}{QueueName.GENERATION}"


def said(job_id: UUID, after: str = "0") -> list[progress.ProgressEntry]:
    """What watchers of a job hear after an entry."""
    return [entry for _, entry in progress.follow({job_id: after})]


@pytest.fixture
def frozen_redis(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that accepts connections and never says a word."""
    monkeypatch.setattr(OUTAGE, "_until", 0.0)
    memories = (get_settings, get_redis, doorbell._celery)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("BOTTEGA_REDIS_URL", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        for memory in memories:
            memory.cache_clear()
        yield
    monkeypatch.undo()
    for memory in memories:
        memory.cache_clear()


def due_queues() -> list[QueueName]:
    with session_scope() as session:
        return list(sweeps.queues_with_due_jobs(session))


def test_no_more_bells_wait_than_anybody_needs(database: None) -> None:
    assert all(doorbell.ring(QueueName.GENERATION, enough=3) for _ in range(10))

    assert get_redis().llen(QUEUE_KEY) == 3


def test_a_queue_is_due_as_long_as_a_job_could_run_now(models: None, workspace_id: UUID) -> None:
    assert due_queues() == []
    submit(workspace_id)
    assert due_queues() == [QueueName.GENERATION]
    (claimed,) = claim()
    assert due_queues() == []
    fail(GenerationFailed(), claimed)
    assert due_queues() == [], "it pauses before it is tried again"


def test_a_frozen_redis_costs_an_accepted_job_little_and_the_next_nothing(
    models: None, workspace_id: UUID, frozen_redis: None
) -> None:
    seconds = []
    for _ in range(2):
        began = time.monotonic()
        job_id = submit(workspace_id)
        seconds.append(time.monotonic() - began)

    assert timeline(job_id) == ["job.accepted"]
    assert seconds[0] < 1.5
    assert seconds[1] < 0.5


def test_progress_is_followed_from_where_one_left_off(database: None) -> None:
    job_id = new_id()
    progress.publish([(job_id, "progress", {"step": step}) for step in (1, 2, 3)])

    seen = said(job_id)
    progress.publish([(job_id, "state", {"state": "succeeded"})])
    later = said(job_id, after=seen[-1].id)

    assert [entry.data for entry in seen] == [{"step": 1}, {"step": 2}, {"step": 3}]
    assert [(entry.kind, entry.data) for entry in later] == [("state", {"state": "succeeded"})]
    assert progress.latest(job_id) == {"step": 3}


def test_only_a_job_that_somebody_follows_is_watched(database: None) -> None:
    watched, unwatched = new_id(), new_id()
    progress.mark_watched([watched])

    assert progress.publish([(job_id, "progress", {}) for job_id in (watched, unwatched)]) == {watched}


def test_watchers_hear_of_every_state(models: None, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    finish(*claim())

    heard = [entry.data["state"] for entry in said(job_id) if entry.kind == "state"]

    assert heard == ["running", "succeeded"], "of its acceptance only the caller hears, in the reply"
