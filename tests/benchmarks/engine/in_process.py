"""A GPU worker in this process: the product's own parts as it puts them together, around a family without a model."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from unittest.mock import patch

from shared.catalog.families import FamilyName
from shared.config import get_settings
from shared.storage.base import ObjectStore
from tests.benchmarks.engine.null_text import NullText
from worker import gpu_process
from worker.gpu_process import GpuProcess
from worker.model_cache import ModelCache


@contextlib.contextmanager
def worker(family: NullText, store: ObjectStore, models_held: int = 4) -> Iterator[GpuProcess]:
    """A started worker whose every model is ``family``'s. It knows no starter models, and nothing rings its bell."""
    with patch.multiple(
        gpu_process,
        FAMILY_RUNNERS=dict.fromkeys(FamilyName, family),
        ModelCache=partial(ModelCache, capacity=models_held),
        STARTER_MODELS=(),
        get_store=lambda: store,
        register_starter_models=lambda _session: None,
    ):
        process = GpuProcess(get_settings())
    with patch.multiple(gpu_process, STARTER_MODELS=(), register_starter_models=lambda _session: None):
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
