"""A GPU worker as it really runs, while the store is away: stopped, killed, and what its successor makes of it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from shared.config import get_settings
from shared.jobs.states import JobState
from tests.integration.jobs.actions import charges, lapse_jobs, make_due, read, return_expired, submit, timeline
from tests.integration.jobs.waiting import until
from tests.integration.worker.background import Background
from tests.integration.worker.gate import Gate
from worker.spool import Spool

GRACE_SECONDS = 5.5
"""What ``bottega up`` gives its processes to end."""


@pytest.fixture
def gate(database: None) -> Iterator[Gate]:
    """The only way to the store, and it is shut."""
    address = urlsplit(get_settings().s3_endpoint_url or "")
    with Gate((address.hostname or "", address.port or 0)) as made:
        yield made


@pytest.fixture
def spool_dir(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def gpu_worker(folder: Path, spool_dir: Path, gate: Gate) -> Background:
    return Background(
        "gpu",
        folder,
        BOTTEGA_S3_ENDPOINT_URL=f"http://127.0.0.1:{gate.port}",
        BOTTEGA_SPOOL_DIR=str(spool_dir),
        BOTTEGA_DEVICE="cpu",
        BOTTEGA_WARM_MODELS="starter/adcopy",
    )


def spooled(spool_dir: Path) -> list[UUID]:
    return Spool(spool_dir, 0).job_ids()


def test_what_a_stopped_worker_could_not_store_is_given_back_at_once_and_sent_by_the_next_one(
    tmp_path: Path, spool_dir: Path, gate: Gate, workspace_id: UUID
) -> None:
    with gpu_worker(tmp_path / "first", spool_dir, gate) as first:
        job_id = submit(workspace_id)
        until(lambda: spooled(spool_dir) == [job_id], seconds=60, what="a result on the disk")
        assert read(job_id).state is JobState.RUNNING

        asked_at = time.monotonic()
        first.send("terminate")
        until(lambda: first.exit_status() is not None, seconds=30, what="its end")
        assert time.monotonic() - asked_at < GRACE_SECONDS
        assert first.exit_status() == 0

    assert (read(job_id).state, read(job_id).attempts) == (JobState.QUEUED, 0)
    assert timeline(job_id)[-1] == "job.requeued"
    gate.open()
    with gpu_worker(tmp_path / "second", spool_dir, gate) as second:
        until(lambda: read(job_id).state is JobState.SUCCEEDED, seconds=60, what="its success")
        assert "recalled" in second.events()
        until(lambda: spooled(spool_dir) == [], what="an empty folder")
    assert read(job_id).attempts == 1


def test_what_a_killed_worker_could_not_store_is_sent_by_the_next_one(
    tmp_path: Path, spool_dir: Path, gate: Gate, workspace_id: UUID
) -> None:
    with gpu_worker(tmp_path / "first", spool_dir, gate) as first:
        job_id = submit(workspace_id)
        until(lambda: spooled(spool_dir) == [job_id], seconds=60, what="a result on the disk")
        first.kill_all()
    lapse_jobs(job_id)
    return_expired()
    make_due(job_id)

    gate.open()
    with gpu_worker(tmp_path / "second", spool_dir, gate) as second:
        until(lambda: read(job_id).state is JobState.SUCCEEDED, seconds=60, what="its success")
        assert "recalled" in second.events()
    assert read(job_id).attempts == 2
    assert charges(job_id)["artifacts"] == 1


def test_a_store_that_never_answers_delays_no_stop(tmp_path: Path, spool_dir: Path, workspace_id: UUID) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, Gate(silent.getsockname()) as gate:
        gate.open()
        with gpu_worker(tmp_path / "worker", spool_dir, gate) as worker:
            job_id = submit(workspace_id)
            until(lambda: "forward_batch" in worker.events(), seconds=60, what="a forward batch")
            asked_at = time.monotonic()
            worker.send("terminate")
            until(lambda: read(job_id).state is JobState.QUEUED, seconds=30, what="its return")
            assert time.monotonic() - asked_at < GRACE_SECONDS

    assert read(job_id).attempts == 0
    assert spooled(spool_dir) == [job_id]
