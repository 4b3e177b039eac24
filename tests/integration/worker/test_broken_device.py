"""A device whose context is broken ends its process instead of failing every job that comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from shared.config import Settings, get_settings
from shared.jobs.states import JobState
from shared.storage.s3 import S3Store
from tests.integration.jobs.actions import read
from tests.integration.worker.conftest import MakeRig, Rig
from tests.integration.worker.gate import Gate
from worker import device_health, finisher, spooler
from worker.spool import Spool

Submit = Callable[..., UUID]


class ProcessEndedError(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def gate(database: None) -> Iterator[Gate]:
    """The only way to the store, and it is shut."""
    address = urlsplit(get_settings().s3_endpoint_url or "")
    with Gate((address.hostname or "", address.port or 0)) as made:
        yield made


@pytest.fixture
def rig(make_rig: MakeRig, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A worker whose device breaks at a poisoned prompt, and whose store is away."""
    for module in (finisher, spooler):
        monkeypatch.setattr(module, "PROMPT_SECONDS", 0.3)
    settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{gate.port}"}
    made = make_rig(S3Store(Settings.model_validate(settings)))

    def end() -> None:
        raise ProcessEndedError

    monkeypatch.setattr(made.leases, "end_process", end)
    monkeypatch.setattr(
        device_health, "is_broken", lambda: any("poison" in prompt for batch in made.family.batches for prompt in batch)
    )
    return made


def test_a_broken_device_ends_the_process_and_loses_no_result_of_another_job(
    rig: Rig, submit_tiny: Submit, tmp_path: Path
) -> None:
    finished, poison = submit_tiny("fine", max_new_tokens=1), submit_tiny("poison", max_new_tokens=2)

    with pytest.raises(ProcessEndedError):
        rig.executor.run_until_idle()

    assert (read(finished).state, read(finished).attempts) == (JobState.QUEUED, 0)
    assert Spool(tmp_path / "spool", 0).job_ids() == [finished]
    assert (read(poison).state, read(poison).attempts) == (JobState.RUNNING, 1), "it comes back when its lease lapses"


def test_a_device_that_is_well_ends_nothing(
    rig: Rig, gate: Gate, submit_tiny: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    gate.open()
    poison, fine = submit_tiny("poison", max_new_tokens=1), submit_tiny("fine", max_new_tokens=2)

    rig.run()

    assert read(poison).state is JobState.QUEUED
    assert read(fine).state is JobState.SUCCEEDED
    assert not device_health.is_broken()
