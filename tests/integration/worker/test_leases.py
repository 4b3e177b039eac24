"""The thread that keeps leases outlives whatever happens to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest

from shared.jobs.claims import Held, renew
from tests.integration.jobs.actions import cancel, claim, lapse_jobs, queue_many, read, return_expired
from tests.integration.jobs.waiting import until
from worker import lease
from worker.lease import LeaseKeeper

pytestmark = pytest.mark.usefixtures("models")


@pytest.fixture
def keeper() -> Iterator[LeaseKeeper]:
    made = LeaseKeeper(60, 0.05, 60)
    made.start()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "_LOOK_SECONDS", 0.05)


def test_every_hold_of_the_process_is_renewed_until_it_is_released(keeper: LeaseKeeper, workspace_id: UUID) -> None:
    first, second = queue_many(workspace_id, 2)
    holds = [keeper.take(claim(1)) for _ in range(2)]
    began = [read(job_id).lease_until for job_id in (first, second)]
    until(lambda: all(read(job_id).lease_until not in began for job_id in (first, second)), what="a renewal of both")

    keeper.release(holds[0])
    lapse_jobs(first)
    lapsed = read(first).lease_until
    now = read(second).lease_until
    until(lambda: read(second).lease_until != now, what="a renewal of the other")
    until(lambda: read(second).lease_until != now, what="another one")
    assert read(first).lease_until == lapsed


def test_a_hold_learns_who_is_called_off_and_who_is_lost(keeper: LeaseKeeper, workspace_id: UUID) -> None:
    kept, called_off, lost = queue_many(workspace_id, 3)
    hold = keeper.take(claim(3))
    cancel(workspace_id, called_off)
    until(lambda: hold.canceled, what="news of the cancellation")
    assert hold.dropped() == {called_off}

    keeper.stop()
    lapse_jobs(lost)
    return_expired()
    again = LeaseKeeper(60, 0.05, 60)
    again.start()
    hold = again.take(hold.claims)
    until(lambda: hold.lost, what="news of the loss")
    again.stop()

    assert hold.canceled == {called_off}
    assert hold.lost == {lost}
    assert kept not in hold.dropped()


def test_an_error_that_nobody_thought_of_does_not_end_the_renewals(
    keeper: LeaseKeeper, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    (job_id,) = queue_many(workspace_id, 1)
    failed = threading.Event()

    def fail_once(*arguments: object) -> Held:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("nobody thought of this")
        return renew(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lease, "renew", fail_once)
    keeper.take(claim(1))
    began = read(job_id).lease_until
    assert failed.wait(5)

    until(lambda: read(job_id).lease_until != began, what="a renewal after the error")
