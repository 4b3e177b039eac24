"""A GPU worker in this process: the product's own parts as it puts them together, around a family without a model."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from unittest.mock import patch

from shared.catalog.families import FamilyName
from shared.config import get_settings
from shared.storage.base import ObjectStore
from tests.benchmarks.engine.null_text import NullText
from tests.model_slots import Slots
from worker import gpu_process
from worker.gpu_process import GpuProcess


@contextlib.contextmanager
def worker(family: NullText, store: ObjectStore, models_held: int = 4) -> Iterator[GpuProcess]:
    """A started worker whose every model is ``family``'s. It knows no starter models, and nothing rings its bell."""
    with patch.multiple(
        gpu_process,
        FAMILY_RUNNERS=dict.fromkeys(FamilyName, family),
        DeviceMemory=lambda *_: Slots(models_held),
        get_store=lambda: store,
        register_starter_models=lambda _session: None,
    ):
        process = GpuProcess(get_settings())
    process._warm_models = ""
    with patch.multiple(gpu_process, register_starter_models=lambda _session: None):
        process.start()
    try:
        yield process
    finally:
        process.stop()


def run_until_idle(process: GpuProcess) -> None:
    """Everything that is due, to its end: committed, not only generated."""
    while process.executor.run_until_idle():
        pass
    process._finisher.settle()
