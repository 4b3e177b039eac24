"""How long a small workspace and an interactive job wait behind a queue that is never empty."""

from __future__ import annotations

import contextlib
import random
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from shared.db import get_engine, session_scope
from shared.jobs import service
from shared.jobs.models import Job
from shared.jobs.request import JobRequest
from shared.jobs.states import Priority
from tests.benchmarks.engine.backlog import queue_jobs, settle
from tests.benchmarks.engine.in_process import worker
from tests.benchmarks.engine.null_store import NullStore
from tests.benchmarks.engine.null_text import NullText
from tests.benchmarks.engine.servers import empty_tables, new_workspaces, register_text_models
from tests.benchmarks.figure import Figure, at_most
from tests.integration.jobs.waiting import until
from worker.gpu_process import GpuProcess

_MODEL = "benchmarks/null"
_FORWARD_SECONDS = 0.2
# A forward batch that begins while the job is still being accepted could not have waited for it.
_CLAIM_SECONDS = 0.03
_LOOK_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Waited:
    """What one job experienced."""

    to_begin: float
    """Seconds from accepted to the beginning of its forward batch."""
    to_end: float
    """Seconds from accepted to finished."""
    forward_batches: int
    """How many of others' it waited for, the one included that ran when it was accepted."""


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """One job at a time, submitted at random moments of the forward batch that runs then."""
    jobs, behind = (6, 20_000) if quick else (20, 100_000)
    idle = statistics.median(waited.to_end for waited in _wait(folder, jobs, "normal"))
    busy = _wait(folder, jobs, "normal", behind, Priority.NORMAL)
    name = f"a small workspace's time to a result behind {behind:,} jobs of another ÷ on an idle system"
    yield Figure.median("waiting", name, [waited.to_end / idle for waited in busy], goal=at_most(3))
    urgent = _wait(folder, jobs, "interactive", 20_000, Priority.BULK)
    name = "forward batches an interactive job waits for while bulk jobs saturate the worker, at most"
    yield Figure("waiting", name, max(waited.forward_batches for waited in urgent), goal=at_most(1))
    name = "an interactive job's wait ÷ one forward batch's time"
    yield Figure.median("waiting", name, [waited.to_begin / _FORWARD_SECONDS for waited in urgent])


def _wait(
    folder: Path, jobs: int, priority: str, behind: int = 0, behind_priority: Priority = Priority.NORMAL
) -> list[Waited]:
    """What a small workspace's jobs of that class experience behind another workspace's queue."""
    empty_tables()
    register_text_models(folder, [_MODEL])
    small, large = new_workspaces(2)
    queue_jobs(get_engine(), [large], [_MODEL], behind, behind_priority)
    settle(get_engine())
    family = NullText(forward_seconds=_FORWARD_SECONDS)
    with worker(family, NullStore()) as process, _bell(process) as bell:
        if behind:
            until(lambda: len(family.batches) > 2, what="the queue's beginning")
        return [_one_job(family, small, f"job {number}", priority, bell) for number in range(jobs)]


def _one_job(family: NullText, workspace_id: UUID, prompt: str, priority: str, bell: threading.Event) -> Waited:
    time.sleep(random.uniform(0, _FORWARD_SECONDS))
    asked = JobRequest.model_validate({"model": _MODEL, "input": {"prompt": prompt, "seed": 7}, "priority": priority})
    with session_scope() as session:
        job_id = UUID(service.submit(session, workspace_id, asked)["id"])
    accepted = time.perf_counter()
    bell.set()
    until(lambda: _seconds_to_end(job_id) is not None, seconds=60, what=f"the end of {prompt}")
    to_end = _seconds_to_end(job_id)
    assert to_end is not None, "it has ended"
    began = next(batch.began for batch in family.batches if prompt in batch.prompts)
    others = [batch for batch in family.batches if accepted + _CLAIM_SECONDS < batch.began < began]
    return Waited(began - accepted, to_end, 1 + len(others))


def _seconds_to_end(job_id: UUID) -> float | None:
    with session_scope() as session:
        job = session.get_one(Job, job_id)
    return (job.finished_at - job.created_at).total_seconds() if job.finished_at else None


@contextlib.contextmanager
def _bell(process: GpuProcess) -> Iterator[threading.Event]:
    """Run the worker in a thread that works when the bell rings, as a Celery task makes it."""
    bell, ended = threading.Event(), threading.Event()

    def serve() -> None:
        while not ended.is_set():
            bell.wait()
            bell.clear()
            while not ended.is_set() and process.executor.run_until_idle(turn_seconds=0.1):
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    bell.set()
    try:
        yield bell
    finally:
        ended.set()
        bell.set()
        thread.join()
