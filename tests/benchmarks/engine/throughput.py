"""Items a second through the whole platform, beside a raw loop and beside one Celery task an item."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Row, TextClause, text

from shared.cli.local_stack import LocalStack
from shared.db import make_engine
from tests.benchmarks.engine.naive_tasks import naive_items_a_second
from tests.benchmarks.engine.platform_stack import platform_stack, worker_tuning
from tests.benchmarks.engine.receiver import Receiver
from tests.benchmarks.engine.starter_jobs import image_job, text_job
from tests.benchmarks.engine.submitting import submit_all
from tests.benchmarks.figure import Figure, Goal, at_least

_WARM_UP = 64
_DEADLINE_SECONDS = 900.0
_CORES_ONLY = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY")
_DEVICE_SECONDS = text("SELECT coalesce(sum(quantity), 0) FROM usage_ledger WHERE kind = 'device_seconds'")
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
    job: Callable[[int], dict[str, Any]]
    batch_sizes: tuple[int, ...]
    jobs: int
    raw_items: int
    naive_items: int
    raw_goal: Goal | None
    naive_goal: Goal


IMAGES = Kind("images", image_job, (1, 2, 4, 8, 16), 2_000, 64, 100, at_least(0.9), at_least(1.5))
TEXTS = Kind("texts", text_job, (1, 4, 8, 16, 32), 2_000, 256, 100, None, at_least(5))


@dataclass(frozen=True, slots=True)
class PlatformRun:
    """One batch through the platform."""

    rate: float
    """Items a second, from the first request to the last webhook."""
    device_share: float
    """Of the time, that a forward batch ran."""
    other_milliseconds: float
    """Processor time an item that every other process took: web, dispatcher, deliveries and the servers."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Items a second, each way. Where there are two, one was measured before the platform's run and one after."""

    platform: PlatformRun
    raw: tuple[float, float]
    naive: tuple[float, float]
    naive_tuned: float
    """With every setting of the worker's process, not only its number of threads."""
    best_batch: int
    threads: str


def measure(kind: Kind, folder: Path, quick: bool) -> Iterator[Figure]:
    """Raw, naive, platform, naive, raw; the same weights, inputs and number of torch threads in all."""
    rates = _measure_rates(replace(kind, jobs=120, raw_items=16, naive_items=20) if quick else kind, folder)
    what, ours = kind.name, rates.platform
    raw = f"a raw loop at its best batch size, {rates.best_batch}, {rates.threads} torch thread"
    yield Figure.median(what, f"{what}/s ÷ {raw}", [ours.rate / rate for rate in rates.raw], goal=kind.raw_goal)
    naive = f"{what}/s ÷ one Celery task an item"
    yield Figure.median(what, naive, [ours.rate / rate for rate in rates.naive], goal=kind.naive_goal)
    yield Figure(what, f"{naive}, with the worker's allocator settings", ours.rate / rates.naive_tuned)
    yield Figure(what, f"{what} through the platform", ours.rate, f"{what}/s")
    yield Figure.median(what, f"{what} in a raw loop", rates.raw, f"{what}/s")
    yield Figure.median(what, f"{what} by one Celery task an item", rates.naive, f"{what}/s")
    yield Figure(what, f"share of the time that the device generates {what}", ours.device_share)
    yield Figure(what, f"processor time an item outside of the GPU worker, {what}", ours.other_milliseconds, "ms")


def _measure_rates(kind: Kind, folder: Path) -> Rates:
    with platform_stack(folder) as stack, Receiver() as receiver:
        tuning = worker_tuning(stack)
        cores_only = {name: tuning[name] for name in _CORES_ONLY if name in tuning}
        naive = partial(naive_items_a_second, stack.environment, kind.name, kind.naive_items)
        by_size = _raw(kind, tuning, kind.batch_sizes)
        best = max(by_size, key=lambda size: by_size[size])
        naive_before = naive(cores_only)
        # As a worker that has run for a while: it knows which batch size pays.
        _platform(stack, kind, receiver, range(kind.jobs, kind.jobs + _WARM_UP))
        platform = _platform(stack, kind, receiver, range(kind.jobs))
        naives = (naive_before, naive(cores_only))
        raws = (by_size[best], _raw(kind, tuning, (best,))[best])
        tuned = naive(tuning)
        _check(stack, kind.jobs + _WARM_UP)
    return Rates(platform, raws, naives, tuned, best, tuning.get("OMP_NUM_THREADS", "every"))


def _raw(kind: Kind, tuning: Mapping[str, str], batch_sizes: tuple[int, ...]) -> dict[int, float]:
    """Items a second by batch size, in a process of its own with the worker's settings."""
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.engine.raw_loop",
        kind.name,
        str(kind.raw_items),
        *map(str, batch_sizes),
    ]
    ended = subprocess.run(command, env={**os.environ, **tuning}, check=True, capture_output=True, text=True)
    return {int(size): rate for size, rate in json.loads(ended.stdout.splitlines()[-1]).items()}


def _platform(stack: LocalStack, kind: Kind, receiver: Receiver, numbers: range) -> PlatformRun:
    """Submit a batch and wait for its last webhook."""
    receiver.forget()
    requests = [{**kind.job(number), "webhook_url": receiver.url} for number in numbers]
    generating, others = _device_seconds(stack), _other_seconds(stack)
    began = time.perf_counter()
    submit_all(stack.connection(), requests)
    seconds = receiver.all_arrived(len(numbers), _DEADLINE_SECONDS) - began
    return PlatformRun(
        rate=len(numbers) / seconds,
        device_share=(_device_seconds(stack) - generating) / seconds,
        other_milliseconds=(_other_seconds(stack) - others) * 1000 / len(numbers),
    )


def _device_seconds(stack: LocalStack) -> float:
    return float(_ask(stack, _DEVICE_SECONDS)[0])


def _other_seconds(stack: LocalStack) -> float:
    """Processor time so far of everything but the GPU worker."""
    total = 0.0
    for name in stack.process_names:
        pid = stack.process(name).pid
        if name != "gpu-worker" and pid is not None:
            process = psutil.Process(pid)
            # Children that have ended count with their parent.
            total += sum(map(_processor_seconds, [process, *process.children(recursive=True)]))
    return total


def _processor_seconds(process: psutil.Process) -> float:
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.NoSuchProcess:
        # A server's session that has ended meanwhile: its time counts with its parent from now on.
        return 0.0


def _check(stack: LocalStack, jobs: int) -> None:
    """What was measured is what was done: every job succeeded, with an output, and its webhook was taken."""
    outcome = _ask(stack, _OUTCOME)
    assert tuple(outcome) == (jobs, jobs, jobs), f"{outcome} of {jobs} jobs"


def _ask(stack: LocalStack, query: TextClause) -> Row[Any]:
    engine = make_engine(stack.environment["BOTTEGA_DATABASE_URL"])
    try:
        with engine.connect() as connection:
            return connection.execute(query).one()
    finally:
        engine.dispose()
