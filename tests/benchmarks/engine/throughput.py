"""Items a second through the whole platform, beside a raw loop and beside one Celery task an item."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from shared.cli.local_stack import LocalStack
from shared.db import make_engine
from tests.benchmarks.engine.naive_tasks import naive_items_a_second
from tests.benchmarks.engine.platform_stack import platform_stack, worker_tuning
from tests.benchmarks.engine.receiver import Receiver
from tests.benchmarks.engine.starter_jobs import image_job, text_job
from tests.benchmarks.engine.submitting import submit_all
from tests.benchmarks.figure import Figure, at_least

_WARM_UP = 64
_DEADLINE_SECONDS = 900.0
_CORES_ONLY = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY")
_OUTCOME = text(
    """
    SELECT (SELECT count(*) FROM jobs WHERE state = 'succeeded') AS succeeded,
           (SELECT count(*) FROM artifacts) AS stored,
           (SELECT count(*) FROM webhook_deliveries WHERE state = 'succeeded') AS delivered
    """
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is generated, and how many of it."""

    name: str
    job: Any
    batch_sizes: tuple[int, ...]
    jobs: int
    raw_items: int
    naive_items: int
    naive_goal: float
    raw_goal: float | None


IMAGES = Kind("images", image_job, (1, 2, 4, 8, 16), 2_000, 64, 100, 1.5, 0.9)
TEXTS = Kind("texts", text_job, (1, 4, 8, 16, 32), 2_000, 256, 100, 5, None)


def measure(kind: Kind, folder: Path, quick: bool) -> Iterator[Figure]:
    """Raw, naive, platform, naive, raw; the same weights, inputs and number of torch threads in all."""
    jobs, raw_items, naive_items = (200, 16, 20) if quick else (kind.jobs, kind.raw_items, kind.naive_items)
    with platform_stack(folder) as stack, Receiver() as receiver:
        tuning = worker_tuning(stack)
        by_size = _raw(kind, tuning, raw_items, kind.batch_sizes)
        best = max(by_size, key=lambda size: by_size[size])
        naive = partial(naive_items_a_second, stack.environment, kind.name, naive_items)
        cores_only = {name: tuning[name] for name in _CORES_ONLY if name in tuning}
        raws, naives = [by_size[best]], [naive(cores_only)]
        _platform(stack, kind, receiver, range(jobs, jobs + _WARM_UP))
        ours = _platform(stack, kind, receiver, range(jobs))
        naives.append(naive(cores_only))
        raws.append(_raw(kind, tuning, raw_items, (best,))[best])
        tuned = naive(tuning)
        _check(stack, jobs + _WARM_UP)
    threads = f"{tuning.get('OMP_NUM_THREADS', 'all')} torch thread"
    against_raw = at_least(kind.raw_goal) if kind.raw_goal else None
    yield Figure.median(
        kind.name,
        f"{kind.name}/s ÷ a raw loop, batch {best}, {threads}",
        [ours / raw for raw in raws],
        goal=against_raw,
    )
    yield Figure.median(
        kind.name,
        f"{kind.name}/s ÷ one Celery task an item",
        [ours / rate for rate in naives],
        goal=at_least(kind.naive_goal),
    )
    yield Figure(kind.name, f"{kind.name}/s ÷ the same with the worker's allocator settings", ours / tuned)
    yield Figure(kind.name, f"{kind.name} through the platform", ours, f"{kind.name}/s")
    yield Figure.median(kind.name, f"{kind.name} in a raw loop, batch {best}", raws, f"{kind.name}/s")
    yield Figure.median(kind.name, f"{kind.name} by one Celery task an item", naives, f"{kind.name}/s")


def _raw(kind: Kind, tuning: Mapping[str, str], items: int, batch_sizes: tuple[int, ...]) -> dict[int, float]:
    """Items a second by batch size, in a process of its own with the worker's settings."""
    command = [sys.executable, "-m", "tests.benchmarks.engine.raw_loop", kind.name, str(items), *map(str, batch_sizes)]
    ended = subprocess.run(command, env={**os.environ, **tuning}, check=True, capture_output=True, text=True)
    return {int(size): rate for size, rate in json.loads(ended.stdout.splitlines()[-1]).items()}


def _platform(stack: LocalStack, kind: Kind, receiver: Receiver, numbers: range) -> float:
    """Items a second from the first request to the last webhook."""
    receiver.forget()
    requests = [{**kind.job(number), "webhook_url": receiver.url} for number in numbers]
    began = time.perf_counter()
    submit_all(stack.connection(), requests)
    return len(numbers) / (receiver.all_arrived(len(numbers), _DEADLINE_SECONDS) - began)


def _check(stack: LocalStack, jobs: int) -> None:
    """What was measured is what was done: every job succeeded, with an output, and its webhook was taken."""
    engine = make_engine(stack.environment["BOTTEGA_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            outcome = connection.execute(_OUTCOME).one()
    finally:
        engine.dispose()
    assert tuple(outcome) == (jobs, jobs, jobs), f"{outcome} of {jobs} jobs"
