"""The store away for longer: results go to this machine's disk, the device works on, and nothing is made twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from shared.clock import utc_now
from shared.config import Settings, get_settings
from shared.errors import StoreUnavailable
from shared.jobs.states import JobState
from shared.storage.base import ObjectStore
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import (
    artifacts,
    cancel,
    charges,
    claim,
    lapse_jobs,
    make_due,
    read,
    return_expired,
    states,
    timeline,
)
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import MakeRig, Rig
from tests.integration.worker.gate import Gate
from tests.integration.worker.tiny_family import text_of
from worker import finisher, lease, outage, spooler
from worker.spool import Spool

Submit = Callable[..., UUID]


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


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store counts as away at once, and is asked often."""
    for module in (finisher, spooler):
        monkeypatch.setattr(module, "PROMPT_SECONDS", 0.3)
    monkeypatch.setattr(spooler, "_LONGEST_PAUSE", 0.5)
    monkeypatch.setattr(lease, "_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(outage, "_PAUSES", (0.1,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the rigs of this test keep results."""
    return tmp_path / "spool"


def spooled(folder: Path) -> set[UUID]:
    return set(Spool(folder, 0).job_ids())


def run_into_the_outage(rig: Rig, folder: Path, ids: list[UUID]) -> None:
    rig.executor.run_until_idle()
    until(lambda: spooled(folder) == set(ids), seconds=20, what="a result of each on the disk")


def has_a_lease(job_id: UUID) -> bool:
    lease_until = read(job_id).lease_until
    return lease_until is not None and lease_until > utc_now()


def stored_text(store: ObjectStore, job_id: UUID) -> str:
    (artifact,) = artifacts(job_id)
    return b"".join(store.read(artifact.object_key)).decode()


def test_the_device_works_on_and_everything_is_sent_when_the_store_is_back(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, folder: Path, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    ids = [submit_tiny(f"prompt {number}", max_new_tokens=number) for number in range(1, 7)]
    run_into_the_outage(rig, folder, ids)
    assert states(ids) == [JobState.RUNNING] * 6

    gate.open()
    until(lambda: states(ids) == [JobState.SUCCEEDED] * 6, seconds=20, what="their end")

    assert len(rig.family.batches) == 6
    assert {read(job_id).attempts for job_id in ids} == {1}
    assert [stored_text(get_store(), job_id) for job_id in ids] == [text_of(f"prompt {n}", 7) for n in range(1, 7)]
    until(lambda: not spooled(folder), what="an empty folder")


def test_what_is_spooled_keeps_its_lease_and_counts_as_no_hung_device(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, folder: Path, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store, stall_seconds=1)
    job_id = submit_tiny("a prompt")
    run_into_the_outage(rig, folder, [job_id])
    stalls_after = time.monotonic() + 1
    while time.monotonic() < stalls_after:
        lapse_jobs(job_id)
        until(lambda: has_a_lease(job_id), what="a renewal")
    assert not rig.stalled.acquire(blocking=False)

    gate.open()
    until(lambda: read(job_id).state is JobState.SUCCEEDED, seconds=20, what="its end")


def test_a_stop_gives_back_what_is_spooled_uncounted_and_the_next_worker_does_not_generate_it_again(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, folder: Path, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    ids = [submit_tiny(f"prompt {number}") for number in range(3)]
    run_into_the_outage(rig, folder, ids)
    rig.finisher.stop()

    assert {(read(job_id).state, read(job_id).attempts, read(job_id).runs_alone) for job_id in ids} == {
        (JobState.QUEUED, 0, False)
    }
    assert spooled(folder) == set(ids)
    gate.open()
    successor = make_rig(gated_store)
    successor.run()
    assert states(ids) == [JobState.SUCCEEDED] * 3
    assert successor.family.batches == []
    assert spooled(folder) == set()


def test_what_a_killed_worker_spooled_is_charged_once_for_the_time_that_it_took(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, folder: Path, submit_tiny: Submit
) -> None:
    killed = make_rig(gated_store)
    job_id = submit_tiny("a prompt")
    run_into_the_outage(killed, folder, [job_id])
    killed.leases.stop()
    lapse_jobs(job_id)
    return_expired()
    make_due(job_id)
    (again,) = claim(1)

    successor = make_rig(get_store())
    hold = successor.leases.take([again])
    recalled = successor.finisher.recall(hold)
    successor.finisher.hand_over(hold, recalled)
    successor.finisher.settle()

    assert read(job_id).state is JobState.SUCCEEDED
    assert stored_text(get_store(), job_id) == text_of("a prompt", 7)
    assert charges(job_id) == {
        "device_seconds": pytest.approx(recalled[0].device_seconds, abs=1e-6),
        "artifacts": 1.0,
    }
    assert spooled(folder) == set()


def test_a_spooled_job_can_be_called_off(
    make_rig: MakeRig, gated_store: ObjectStore, folder: Path, submit_tiny: Submit, workspace_id: UUID
) -> None:
    rig = make_rig(gated_store)
    wanted, unwanted = submit_tiny("wanted"), submit_tiny("unwanted")
    run_into_the_outage(rig, folder, [wanted, unwanted])

    cancel(workspace_id, unwanted)

    until(lambda: read(unwanted).state is JobState.CANCELED, what="its end")
    until(lambda: spooled(folder) == {wanted}, what="room")
    assert read(wanted).state is JobState.RUNNING


class PickyStore:
    """A store that takes every file but those of one job, and none at all while it is shut."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self.refused = ""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        if self.refused in key:
            raise StoreUnavailable
        self._store.put(key, body, media_type)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)


def test_a_file_that_the_store_never_takes_ends_its_own_job_and_holds_up_no_other(
    make_rig: MakeRig, folder: Path, submit_tiny: Submit
) -> None:
    store = PickyStore(get_store())
    rig = make_rig(store)
    refused, neighbour = submit_tiny("refused"), submit_tiny("neighbour")
    store.refused = str(refused)
    rig.executor.run_until_idle()
    until(lambda: read(neighbour).state is JobState.SUCCEEDED, what="the neighbour of its batch")

    def one_more() -> bool:
        submit_tiny("another")
        rig.run()
        return "job.requeued" in timeline(refused)

    until(one_more, seconds=30, what="the end of the attempt")
    assert read(refused).attempts == 1, "it counts: the store is well"


def test_a_damaged_result_is_generated_again_and_not_sent(
    make_rig: MakeRig, gated_store: ObjectStore, gate: Gate, folder: Path, submit_tiny: Submit
) -> None:
    rig = make_rig(gated_store)
    job_id = submit_tiny("a prompt")
    run_into_the_outage(rig, folder, [job_id])
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:-1])

    gate.open()
    until(lambda: read(job_id).state is JobState.QUEUED, seconds=20, what="its return")
    rig.run()
    until(lambda: read(job_id).state is JobState.SUCCEEDED, what="its end")

    assert read(job_id).attempts == 1
    assert len(rig.family.batches) == 2
    assert stored_text(get_store(), job_id) == text_of("a prompt", 7)


def test_results_of_jobs_that_have_ended_are_removed_when_a_worker_starts(
    make_rig: MakeRig, gated_store: ObjectStore, folder: Path, submit_tiny: Submit, workspace_id: UUID
) -> None:
    rig = make_rig(gated_store)
    ended, queued = submit_tiny("ended"), submit_tiny("queued")
    run_into_the_outage(rig, folder, [ended, queued])
    rig.finisher.stop()
    cancel(workspace_id, ended)

    make_rig(get_store())

    until(lambda: spooled(folder) == {queued}, what="the removal of the one that has ended")
