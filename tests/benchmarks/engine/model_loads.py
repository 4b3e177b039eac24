"""How often a device that holds one model loads one, when jobs of four models are queued in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.db import get_engine
from tests.benchmarks.engine.backlog import queue_jobs
from tests.benchmarks.engine.in_process import run_until_idle, worker
from tests.benchmarks.engine.null_store import NullStore
from tests.benchmarks.engine.null_text import NullText
from tests.benchmarks.engine.servers import empty_tables, new_workspaces, register_text_models
from tests.benchmarks.figure import Figure, at_most

_JOBS = 1_000
_MODELS = [f"benchmarks/null-{letter}" for letter in "abcd"]


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Of one workspace and of ten; loading takes 0.2 s, and a forward batch of any size 0.05 s."""
    for workspaces in (1,) if quick else (1, 10):
        empty_tables()
        register_text_models(folder, _MODELS)
        queue_jobs(get_engine(), new_workspaces(workspaces), _MODELS, _JOBS)
        family = NullText(load_seconds=0.2, forward_seconds=0.05)
        with worker(family, NullStore(), models_held=1) as process:
            run_until_idle(process)
        of = "1 workspace" if workspaces == 1 else f"{workspaces} workspaces"
        name = f"model loads for {_JOBS:,} jobs interleaved over {len(_MODELS)} models, {of}"
        yield Figure("model-loads", name, len(family.loads), goal=at_most(12))
        yield Figure("model-loads", f"jobs a forward batch meanwhile, {of}", _JOBS / len(family.batches))
