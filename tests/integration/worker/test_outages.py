"""The store or the database away for a while: results are kept, and nothing is generated twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.config import Settings, get_settings
from shared.db import get_engine
from shared.errors import DatabaseUnavailable, StoreUnavailable
from shared.jobs import completion
from shared.jobs.states import JobState
from shared.storage.base import ObjectStore
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import artifacts, read, states, timeline
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import MakeRig, Rig
from tests.integration.worker.gate import Gate
from worker import finisher, outage

Submit = Callable[..., UUID]

EVERYBODY_ELSE_IS_DISCONNECTED = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND usename = current_user AND datname = current_database()"
)


@pytest.fixture
def gate(database: None) -> Iterator[Gate]:
    """The only way to the store, and it is shut."""
    address = urlsplit(get_settings().s3_endpoint_url or "")
    with Gate((address.hostname or "", address.port or 0)) as made:
        yield made


@pytest.fixture
def gated_store(gate: Gate) -> ObjectStore:
    settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{gate.port}"}
    return S3Store(Settings.model_validate(settings))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes pass in two seconds."""
    for module in (outage, finisher):
        monkeypatch.setattr(module, "OUTAGE_SECONDS", 2)


def test_a_short_outage_of_the_store_is_sat_out_without_generating_again(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    ids = [submit_tiny(f"prompt {number}") for number in range(3)]
    rig.executor.run_until_idle()
    assert states(ids) == [JobState.RUNNING] * 3

    gate.open()
    rig.finisher.settle()

    assert states(ids) == [JobState.SUCCEEDED] * 3
    assert len(rig.family.batches) == 1
    assert {read(job_id).attempts for job_id in ids} == {1}


def test_the_device_goes_on_while_the_store_is_away_until_two_batches_wait(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    ids = [submit_tiny(f"prompt {number}", max_new_tokens=number) for number in range(1, 5)]
    running = threading.Thread(target=rig.run)
    running.start()
    until(lambda: len(rig.family.batches) == 3, what="the third batch")

    claimed = [state is not JobState.QUEUED for state in states(ids)]
    gate.open()
    running.join(timeout=60)

    assert claimed == [True, True, True, False], "the third result waits for room before the fourth job is claimed"
    assert states(ids) == [JobState.SUCCEEDED] * 4
    assert len(rig.family.batches) == 4


def test_a_long_outage_of_the_store_gives_the_jobs_back_uncounted(
    make_rig: MakeRig, gated_store: ObjectStore, impatient: None, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    ids = [submit_tiny(f"prompt {number}") for number in range(12)]
    rig.executor.run_until_idle()
    rig.finisher.settle()

    assert {(read(job_id).state, read(job_id).attempts, read(job_id).runs_alone) for job_id in ids} == {
        (JobState.QUEUED, 0, False)
    }
    assert timeline(ids[0])[-1] == "job.requeued"


class StuckStore:
    """A store that takes no file of certain jobs for a while, and counts what it is asked."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.stuck_for: set[str] = set()
        self.asked: list[str] = []

    def put(self, key: str, body: bytes, media_type: str) -> None:
        self.asked.append(key)
        if any(job_id in key for job_id in self.stuck_for):
            raise StoreUnavailable
        self._store.put(key, body, media_type)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_a_batch_that_is_given_up_leaves_no_uploads_behind_for_the_next_to_wait_for(
    make_rig: MakeRig, impatient: None, submit_tiny: Submit
) -> None:
    store = StuckStore(get_store())
    rig = make_rig(store, stall_seconds=2.5)
    stuck = submit_tiny("stuck", num_return_sequences=16)
    store.stuck_for.add(str(stuck))
    rig.executor.run_until_idle()
    until(lambda: len(store.asked) >= 4, what="an upload on every thread")
    fine = submit_tiny("fine")
    rig.executor.run_until_idle(turn_seconds=0)
    until(lambda: read(fine).state is JobState.SUCCEEDED, seconds=20, what="the other batch")
    rig.finisher.settle()

    assert read(stuck).state is JobState.QUEUED
    assert len({key for key in store.asked if str(stuck) in key}) == 4, "no more than there are threads"
    assert not rig.stalled.acquire(blocking=False)


def test_a_database_that_drops_its_connections_costs_no_attempt(rig: Rig, submit_tiny: Submit) -> None:
    ids = [submit_tiny(f"prompt {number}") for number in range(3)]

    def drop_connections(step: int) -> None:
        if step == 2:
            with get_engine().connect() as connection:
                connection.execute(EVERYBODY_ELSE_IS_DISCONNECTED)

    rig.family.at_step = drop_connections
    rig.run()

    assert states(ids) == [JobState.SUCCEEDED] * 3
    assert {read(job_id).attempts for job_id in ids} == {1}
    assert [len(artifacts(job_id)) for job_id in ids] == [1, 1, 1]


def test_how_a_job_ended_is_written_once_the_database_is_back(
    rig: Rig, submit_tiny: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id, away = submit_tiny("poison"), [True, True]
    real_fail = completion.fail

    def fail_when_back(*arguments: object) -> None:
        if away:
            away.pop()
            raise DatabaseUnavailable
        real_fail(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(completion, "fail", fail_when_back)
    rig.run()

    assert timeline(job_id)[-1] == "job.requeued"
    assert read(job_id).attempts == 1
