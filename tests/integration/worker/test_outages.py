"""The store or the database away for a while: results are kept, and nothing is generated twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from sqlalchemy import text

import shared.db
from shared.config import Settings, get_settings
from shared.db import get_engine, make_engine
from shared.errors import DatabaseUnavailable, StoreUnavailable
from shared.jobs import completion
from shared.jobs.states import JobState
from shared.storage.base import ObjectStore
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import artifacts, read, states, timeline
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import MakeRig, Rig
from tests.integration.worker.gate import Gate
from worker import finisher, lease, outage, spooler, uploads
from worker.spool import Spool

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
    """Two minutes pass in two seconds, and the few seconds before them in a third of one."""
    for module in (outage, finisher, uploads):
        monkeypatch.setattr(module, "OUTAGE_SECONDS", 2)
    for other in (finisher, spooler):
        monkeypatch.setattr(other, "PROMPT_SECONDS", 0.3)


@pytest.fixture
def database_gate(database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """This process's way to the database, open at first."""
    address = urlsplit(str(get_settings().database_url))
    with Gate((address.hostname or "", address.port or 0)) as made:
        made.open()
        engine = make_engine(address._replace(netloc=_through(address.netloc, made)).geturl())
        monkeypatch.setattr(shared.db, "get_engine", lambda: engine)
        yield made
        engine.dispose()


def _through(netloc: str, gate: Gate) -> str:
    credentials = netloc.rpartition("@")[0]
    return f"{credentials}@127.0.0.1:{gate.port}"


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


def test_while_the_store_is_away_and_the_disk_full_the_device_stops_with_two_batches_waiting(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store, spool_bytes=0)
    ids = [submit_tiny(f"prompt {number}", max_new_tokens=number) for number in range(1, 5)]
    running = threading.Thread(target=rig.run)
    running.start()
    until(lambda: len(rig.family.batches) == 3, what="the third batch")

    generated = len(rig.family.batches)
    gate.open()
    running.join(timeout=60)

    assert generated == 3, "the third result waits for room before the fourth job is generated"
    assert states(ids) == [JobState.SUCCEEDED] * 4
    assert len(rig.family.batches) == 4


def test_a_long_outage_of_the_store_gives_the_jobs_back_uncounted_when_the_disk_keeps_no_more(
    make_rig: MakeRig, gated_store: ObjectStore, impatient: None, submit_tiny: Submit, tmp_path: Path
) -> None:
    rig = make_rig(gated_store, spool_bytes=100)
    ids = [submit_tiny(f"prompt {number}") for number in range(12)]
    rig.executor.run_until_idle()
    rig.finisher.settle()

    assert {(read(job_id).state, read(job_id).attempts, read(job_id).runs_alone) for job_id in ids} == {
        (JobState.QUEUED, 0, False)
    }
    assert timeline(ids[0])[-1] == "job.requeued"
    assert list((tmp_path / "spool").iterdir()) == []
    assert not rig.finisher.has_room(), "it would only generate what it cannot keep"


def test_claiming_makes_sense_again_once_the_store_answers(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, impatient: None, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store, spool_bytes=10)
    assert rig.finisher.has_room()
    job_id = submit_tiny("a prompt")
    rig.executor.run_until_idle()
    rig.finisher.settle()
    assert not rig.finisher.has_room()

    gate.open()
    until(rig.finisher.has_room, seconds=20, what="the store's answer")

    rig.run()
    assert read(job_id).state is JobState.SUCCEEDED


class FullStore:
    """A store that answers everything, but takes no file while it is full."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.is_full = True
        self.refused: list[str] = []

    def put(self, key: str, body: bytes, media_type: str) -> None:
        if self.is_full:
            self.refused.append(key)
            raise StoreUnavailable
        self._store.put(key, body, media_type)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_a_store_that_answers_but_is_full_is_no_reason_to_claim(
    make_rig: MakeRig, impatient: None, submit_tiny: Submit
) -> None:
    store = FullStore(get_store())
    rig = make_rig(store, spool_bytes=10)
    job_id = submit_tiny("a prompt")
    rig.executor.run_until_idle()
    until(lambda: not rig.finisher.has_room(), what="a refusal of both")
    rig.finisher.settle()
    until(lambda: store.refused.count("probe") > 1, seconds=20, what="a second look at the store")
    rig.executor.run_until_idle()
    assert len(rig.family.batches) == 1, "what can be kept nowhere is not generated again"

    store.is_full = False
    until(rig.finisher.has_room, seconds=20, what="room")
    rig.run()
    assert (read(job_id).state, read(job_id).attempts) == (JobState.SUCCEEDED, 1)


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
    rig = make_rig(store, stall_seconds=2.5, spool_bytes=0)
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


def test_a_slow_store_slows_the_device_down_and_not_what_it_has_made(
    make_rig: MakeRig, submit_tiny: Submit, database: None
) -> None:
    address = urlsplit(get_settings().s3_endpoint_url or "")
    with Gate((address.hostname or "", address.port or 0), pause=0.2) as narrow:
        narrow.open()
        settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{narrow.port}"}
        rig = make_rig(S3Store(Settings.model_validate(settings)))
        ids = [submit_tiny(f"prompt {number}", max_new_tokens=number) for number in range(1, 9)]
        ahead: list[int] = []
        rig.family.at_step = lambda step: ahead.append(
            len(rig.family.batches) - states(ids).count(JobState.SUCCEEDED) if step == 1 else 0
        )
        rig.run()

    assert states(ids) == [JobState.SUCCEEDED] * 8
    assert len(rig.family.batches) == 8
    assert max(ahead) == 3, "two on their way, one on the device"


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


def test_a_database_that_is_away_for_longer_than_patience_costs_no_attempt_and_no_second_generation(
    make_rig: MakeRig,
    database_gate: Gate,
    impatient: None,
    submit_tiny: Submit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "_CUT_OFF_SECONDS", 0.6)
    rig = make_rig()
    ids = [submit_tiny(f"prompt {number}") for number in range(3)]
    rig.family.at_step = lambda step: database_gate.shut() if step == 2 else None
    running = threading.Thread(target=rig.run)
    running.start()
    until(lambda: len(rig.family.batches) == 1, what="a batch")
    running.join(timeout=3 * outage.OUTAGE_SECONDS)
    assert running.is_alive(), "it waits"

    rig.family.at_step = lambda step: None
    database_gate.open()
    running.join(timeout=30)

    assert states(ids) == [JobState.SUCCEEDED] * 3
    assert {read(job_id).attempts for job_id in ids} == {1}
    assert len(rig.family.batches) == 1


@pytest.mark.parametrize("away", ["store", "database"])
def test_a_stop_is_obeyed_in_an_outage(
    make_rig: MakeRig, gated_store: ObjectStore, database_gate: Gate, submit_tiny: Submit, tmp_path: Path, away: str
) -> None:
    rig = make_rig(gated_store if away == "store" else get_store(), patience_seconds=0.5)
    job_id = submit_tiny("a prompt")
    if away == "database":
        rig.family.at_step = lambda step: database_gate.shut() if step == 3 else None

    def run_and_stop() -> None:
        rig.executor.run_until_idle()
        rig.finisher.stop()

    running = threading.Thread(target=run_and_stop)
    running.start()
    until(lambda: rig.family.batches, what="a batch")
    asked_at = time.monotonic()
    rig.drain_file.touch()
    running.join(timeout=30)

    assert not running.is_alive()
    assert time.monotonic() - asked_at < 15
    if away == "database":
        database_gate.open()
    expected = (JobState.QUEUED, 0) if away == "store" else (JobState.RUNNING, 1)
    assert (read(job_id).state, read(job_id).attempts) == expected
    assert Spool(tmp_path / "spool", 0).job_ids() == [job_id], "for whoever claims it next on this machine"


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
