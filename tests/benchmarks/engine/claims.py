"""How long a claim takes as the queue, the workspaces and the claimers grow."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event

from shared.db import get_engine
from shared.identifiers import new_id
from tests.benchmarks.engine.backlog import queue_jobs, settle
from tests.benchmarks.engine.servers import empty_tables, new_workspaces, register_text_models
from tests.benchmarks.figure import Figure, at_most
from tests.integration.jobs import actions

_MODEL = "benchmarks/null"
_BATCH = 16
_WARM_UP = 5


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Medians over claims of 16 whose jobs are finished before the next, the queue filled up again to its length."""
    many, claims = (100_000, 20) if quick else (1_000_000, 60)
    with _StatementTimer() as timer:
        for workspaces in (1, 100):
            few = _median_claim(folder, timer, workspaces, 1_000, claims)
            lots = _median_claim(folder, timer, workspaces, many, claims)
            name = f"claim at {many:,} queued ÷ at 1,000, {_tenants(workspaces)}"
            yield Figure("claims", name, lots / few, goal=at_most(2))
            yield Figure("claims", f"claim statement at {many:,} queued, {_tenants(workspaces)}", lots * 1000, "ms")
        one = _median_claim(folder, timer, 1, 10_000, claims)
        for workspaces in (10, 1_000):
            more = _median_claim(folder, timer, workspaces, 10_000, claims)
            yield Figure("claims", f"claim with {workspaces:,} workspaces waiting ÷ with 1", more / one)
    # As many claims in all: what a first claim costs each claimer weighs the same.
    in_all = 128 if quick else 640
    alone, *others = [_claims_a_second(folder, claimers, in_all // claimers) for claimers in (1, 8, 32)]
    for claimers, together in zip((8, 32), others, strict=True):
        yield Figure("claims", f"claims/s of {claimers} claimers ÷ of 1", together / alone)


class _StatementTimer:
    """Seconds of each statement that gives out fences, without what surrounds it."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._began = 0.0

    def __enter__(self) -> _StatementTimer:
        event.listen(get_engine(), "before_cursor_execute", self._before)
        event.listen(get_engine(), "after_cursor_execute", self._after)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(get_engine(), "before_cursor_execute", self._before)
        event.remove(get_engine(), "after_cursor_execute", self._after)

    def _before(self, *_: Any) -> None:
        self._began = time.perf_counter()

    def _after(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "nextval('job_fence')" in statement:
            self.seconds.append(time.perf_counter() - self._began)


def _median_claim(folder: Path, timer: _StatementTimer, workspaces: int, queued: int, claims: int) -> float:
    tenants = _fill(folder, workspaces, queued)
    timer.seconds.clear()
    for _ in range(_WARM_UP + claims):
        claimed = actions.claim(limit=_BATCH)
        assert len(claimed) == _BATCH, f"{len(claimed)} jobs claimed of {queued}"
        actions.finish(*claimed)
        queue_jobs(get_engine(), tenants, [_MODEL], _BATCH)
    return statistics.median(timer.seconds[_WARM_UP:])


def _claims_a_second(folder: Path, claimers: int, claims: int) -> float:
    """Claims that so many threads make together, each as a worker of its own."""
    _fill(folder, 10, 50_000)

    def take() -> None:
        worker_id = new_id()
        for _ in range(claims):
            assert actions.claim(limit=_BATCH, worker_id=worker_id), "there is enough for everybody"

    threads = [threading.Thread(target=take) for _ in range(claimers)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return claimers * claims / (time.perf_counter() - began)


def _fill(folder: Path, workspaces: int, queued: int) -> Sequence[UUID]:
    empty_tables()
    register_text_models(folder, [_MODEL])
    tenants = new_workspaces(workspaces)
    queue_jobs(get_engine(), tenants, [_MODEL], queued)
    settle(get_engine())
    return tenants


def _tenants(count: int) -> str:
    return "1 workspace" if count == 1 else f"{count:,} workspaces"
