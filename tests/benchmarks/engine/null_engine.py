"""Jobs a second when generating takes no time, against the same statements issued by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from shared.accounts.models import UsageEntry
from shared.artifacts.models import Artifact
from shared.catalog.models import Model
from shared.db import get_engine, session_scope
from shared.events.models import Event
from shared.jobs import service
from shared.jobs.document import job_summary
from shared.jobs.models import Job
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState
from tests.benchmarks.engine.by_hand import ByHand
from tests.benchmarks.engine.in_process import run_until_idle, worker
from tests.benchmarks.engine.null_store import NullStore
from tests.benchmarks.engine.null_text import NullText
from tests.benchmarks.engine.servers import database_url, empty_tables, new_workspaces, register_text_models
from tests.benchmarks.engine.statements import Statements, listening
from tests.benchmarks.figure import Figure, at_least

_MODEL = "benchmarks/null"
_ROWS_A_JOB = {Event: 3, Artifact: 1, UsageEntry: 2}


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Pairs in turn: the engine, then the script. Accepting and running are timed apart and summed."""
    jobs, rounds = (160, 3) if quick else (800, 5)
    _engine(folder, 64)
    engine, by_hand = [], []
    for _ in range(rounds):
        accepting, running, heard = _engine(folder, jobs)
        engine.append((jobs / accepting, jobs / running, jobs / (accepting + running)))
        accepting, running = _by_hand(folder, jobs, heard)
        by_hand.append((jobs / accepting, jobs / running, jobs / (accepting + running)))
    pairs = list(zip(engine, by_hand, strict=True))
    names = ("accept", "claim to finish", "accept to finish")
    for index, name in enumerate(names):
        goal = at_least(0.4) if index == 2 else None
        ratios = [ours[index] / ceiling[index] for ours, ceiling in pairs]
        yield Figure.median("null-engine", f"{name}, jobs/s ÷ the same statements by hand", ratios, goal=goal)
    yield Figure.median("null-engine", "accept to finish", [round_[2] for round_ in engine], "jobs/s")
    yield Figure.median("null-engine", "accept to finish by hand", [round_[2] for round_ in by_hand], "jobs/s")
    yield Figure("null-engine", "statements a job", heard.sent.total() / jobs)


def _engine(folder: Path, jobs: int) -> tuple[float, float, Statements]:
    """Seconds to accept and to run that many jobs with every part of the product but the model and the store."""
    (workspace_id,) = _prepare(folder)
    # A seed each, so that no job is an earlier one's repeat, which would not run at all.
    asked = [JobRequest(model=_MODEL, input={"prompt": "Coffee by Zorvi", "seed": seed}) for seed in range(jobs)]
    with listening(get_engine()) as heard, worker(NullText(), NullStore()) as process:
        began = time.perf_counter()
        for request in asked:
            with session_scope(workspace_id) as session:
                service.submit(session, workspace_id, request)
        accepted = time.perf_counter()
        run_until_idle(process)
        ended = time.perf_counter()
    _check_rows(jobs)
    return accepted - began, ended - accepted, heard


def _by_hand(folder: Path, jobs: int, heard: Statements) -> tuple[float, float]:
    """Seconds to accept and to run them by hand."""
    with session_scope() as session:
        job = session.scalars(select(Job).limit(1)).one()
        summary, batch_key, job_input = job_summary(job, _MODEL), job.batch_key, job.input
    (workspace_id,) = _prepare(folder)
    with session_scope() as session:
        model_id = session.scalars(select(Model.id)).one()
    assert heard.claim is not None, "the engine claimed"
    script = ByHand(database_url(), workspace_id, heard.claim, summary)
    try:
        began = time.perf_counter()
        script.accept(jobs, model_id, job_input, batch_key)
        accepted = time.perf_counter()
        script.run()
        ended = time.perf_counter()
    finally:
        script.close()
    _check_rows(jobs)
    return accepted - began, ended - accepted


def _prepare(folder: Path) -> list[UUID]:
    empty_tables()
    register_text_models(folder, [_MODEL])
    return new_workspaces(1)


def _check_rows(jobs: int) -> None:
    """Both ways have to leave the same: else they are not two ways to do one thing."""
    with session_scope() as session:
        done = session.scalars(select(func.count()).where(Job.state == JobState.SUCCEEDED)).one()
        assert done == jobs, f"{done} of {jobs} jobs succeeded"
        for table, rows in _ROWS_A_JOB.items():
            count = session.scalars(select(func.count()).select_from(table)).one()
            assert count == rows * jobs, f"{count} rows in {table.__tablename__}, not {rows * jobs}"
