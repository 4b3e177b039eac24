"""Dispatchers come and go: one leads at a time, and there is always one that can."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.jobs.models import IdempotencyKey
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from shared.workers import repository as workers
from tests.integration.jobs.actions import count, queue_many, submit
from tests.integration.jobs.waiting import until
from tests.integration.worker.background import Background

pytestmark = pytest.mark.usefixtures("models")


def bells() -> int:
    return int(get_redis().llen(f"{KEY_PREFIX}{QueueName.GENERATION}"))


def leaders() -> int:
    with session_scope() as session:
        return workers.dispatchers_leading(session)


@pytest.fixture
def dispatcher(tmp_path: Path) -> Iterator[Background]:
    with Background("dispatcher", tmp_path / "first") as process:
        until(lambda: "leading" in process.events(), what="leading")
        yield process


def test_a_job_whose_bell_was_lost_is_rung_for_within_seconds(dispatcher: Background, workspace_id: UUID) -> None:
    queue_many(workspace_id, 3)
    queued_at = time.monotonic()

    until(bells, what="a bell")

    assert time.monotonic() - queued_at < 3


def test_of_two_one_leads_and_when_it_is_killed_the_other_takes_over(
    dispatcher: Background, workspace_id: UUID, tmp_path: Path
) -> None:
    with Background("dispatcher", tmp_path / "second") as standby:
        assert leaders() == 1
        assert "leading" not in standby.events()

        dispatcher.send("kill")
        killed_at = time.monotonic()
        until(lambda: "leading" in standby.events(), what="the take-over")

        assert time.monotonic() - killed_at < 5
        queue_many(workspace_id, 1)
        until(bells, what="a bell of the new leader")


def test_a_stop_signal_ends_it_at_once_and_cleanly(dispatcher: Background) -> None:
    dispatcher.send("terminate")

    until(lambda: dispatcher.exit_status() is not None, seconds=5, what="its end")
    assert dispatcher.exit_status() == 0
    assert leaders() == 0


def test_expired_keys_are_swept_when_it_begins_to_lead(tmp_path: Path, workspace_id: UUID) -> None:
    for number in range(3):
        submit(workspace_id, f"key-{number}")
    with session_scope() as session:
        session.execute(text("UPDATE idempotency_keys SET expires_at = now() - interval '1 second'"))

    with Background("dispatcher", tmp_path / "sweeper"):
        until(lambda: count(IdempotencyKey) == 0, what="the sweep")
