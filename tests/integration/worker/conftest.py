"""A GPU worker's parts, put together in this process around a family that needs no model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.db import session_scope
from shared.identifiers import new_id
from shared.storage.base import ObjectStore
from shared.storage.s3 import get_store
from tests.integration.jobs.actions import submit
from tests.integration.worker.tiny_family import TinyText
from tests.model_slots import Slots
from worker.batch_sizes import BatchSizes
from worker.claimer import Claimer, Terms
from worker.drain import Drain
from worker.executor import Executor
from worker.families.base import Device
from worker.finisher import Finisher
from worker.lease import LeaseKeeper
from worker.model_cache import ModelCache
from worker.progress import ProgressPublisher
from worker.spool import Spool

MODEL = "tests/tiny"


@dataclass
class Rig:
    """A worker that can be told to stop, and whose device can hang."""

    family: TinyText
    executor: Executor
    finisher: Finisher
    leases: LeaseKeeper
    publisher: ProgressPublisher
    drain_file: Path
    stalled: threading.Semaphore
    """Released each time the worker would be ended."""

    def run(self) -> None:
        """Everything that is due, to its end."""
        self.executor.run_until_idle()
        self.finisher.settle()


MakeRig = Callable[..., Rig]


@pytest.fixture
def tiny_model(database: None, tmp_path: Path) -> None:
    """A catalog entry whose weights are an empty folder."""
    with session_scope() as session:
        repository.register(
            session,
            name=MODEL,
            family=FamilyName.TEXT,
            source=f"file:{tmp_path}",
            revision="f" * 64,
            title="Tiny",
            defaults={},
            limits={},
            licence="Apache-2.0",
        )


@pytest.fixture
def make_rig(tiny_model: None, tmp_path: Path) -> Iterator[MakeRig]:
    rigs: list[Rig] = []

    def make(
        store: ObjectStore | None = None,
        stall_seconds: float = 60,
        renew_seconds: float = 0.1,
        patience_seconds: float = 0,
        capacity: int = 4,
        switch_seconds: float = 30,
        fill_seconds: float = 0,
        spool_bytes: int = 1 << 30,
    ) -> Rig:
        stalled = threading.Semaphore(0)
        drain_file = tmp_path / f"drain-{len(rigs)}"
        drain = Drain(drain_file, patience_seconds)
        leases = LeaseKeeper(60, renew_seconds, stall_seconds, stalled.release, drain)
        family, publisher = TinyText(), ProgressPublisher()
        finisher = Finisher(store or get_store(), leases, Spool(tmp_path / "spool", spool_bytes))
        models = ModelCache({FamilyName.TEXT: family}, Device(), Slots(capacity))
        sizes = BatchSizes("a device of the tests", first=16)
        claimer = Claimer(new_id(), Terms(60, switch_seconds, fill_seconds), models, sizes, leases)
        executor = Executor(claimer, models, sizes, leases, finisher, store or get_store(), publisher, drain)
        rigs.append(Rig(family, executor, finisher, leases, publisher, drain_file, stalled))
        leases.start()
        finisher.start()
        publisher.start()
        return rigs[-1]

    yield make
    for rig in rigs:
        rig.finisher.stop()
        rig.publisher.stop()
        rig.leases.stop()


@pytest.fixture
def rig(make_rig: MakeRig) -> Rig:
    return make_rig()


@pytest.fixture
def submit_tiny(tiny_model: None, workspace_id: UUID) -> Callable[..., UUID]:
    """Accept a job for the tiny family: ``submit_tiny("a prompt", seed=1)``."""

    def accept(prompt: str, seed: int = 7, **input_fields: object) -> UUID:
        return submit(workspace_id, model=MODEL, input={"prompt": prompt, "seed": seed, **input_fields})

    return accept
