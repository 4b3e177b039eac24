"""While a model loads, the jobs that wait for it say so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from shared.jobs import progress
from shared.jobs.states import JobState
from tests.integration.jobs.actions import states
from tests.integration.jobs.waiting import until
from tests.integration.worker.conftest import Rig


def loading(job_id: UUID) -> list[dict[str, Any]]:
    return [entry.data for _, entry in progress.follow({job_id: "0"}) if entry.kind == "loading"]


def test_every_job_of_a_batch_hears_how_far_its_model_is_loaded(rig: Rig, submit_tiny: Callable[..., UUID]) -> None:
    ids = [submit_tiny(f"prompt {number}") for number in range(2)]
    heard = threading.Event()
    rig.family.at_load = lambda: heard.wait(60)
    worker = threading.Thread(target=rig.run)
    worker.start()
    try:
        until(lambda: all(loading(job_id) for job_id in ids))
    finally:
        heard.set()
        worker.join()

    said = loading(ids[0])[0]
    assert said["model"] == "tests/tiny"
    assert set(said) == {"model", "bytes", "total_bytes", "seconds"}
    assert states(ids) == [JobState.SUCCEEDED] * 2
