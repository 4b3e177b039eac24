"""Callers, workers and sweeps at once on a few equal inputs: nobody is forgotten, and nothing is doubled."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.errors import GenerationFailed, InputRefused, ModelLoadFailed, StateConflict
from shared.identifiers import new_id
from shared.jobs import claims as job_claims
from shared.jobs import expiry, service
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, Priority
from tests.integration.jobs.actions import (
    cancel,
    claim,
    confirm_cancel,
    fail,
    finish,
    give_back,
    lapse,
    request,
    return_expired,
    submit,
)

pytestmark = pytest.mark.usefixtures("models")

SECONDS = 4.0
AT_LEAST = 60
"""Jobs, however long that takes on a machine with other things to do."""
SEED = 4711
_DOUBLED = """
SELECT jobs.id, jobs.state,
       (SELECT count(*) FROM events WHERE job_id = jobs.id
           AND type IN ('job.succeeded', 'job.failed', 'job.canceled')) AS ends,
       (SELECT count(*) FROM usage_ledger WHERE job_id = jobs.id) AS charges,
       (SELECT count(*) FROM artifacts WHERE job_id = jobs.id) AS files
  FROM jobs
"""


class Crowd:
    """Everybody who does something to jobs, until the time is over."""

    def __init__(self, workspace_id: UUID) -> None:
        self._workspace_id = workspace_id
        self._until = time.monotonic() + SECONDS
        self._ids: list[UUID] = []
        self._lock = threading.Lock()

    def _goes_on(self) -> bool:
        late = time.monotonic() - self._until
        return late < 0 or (late < 30 and len(self._ids) < AT_LEAST)

    def caller(self, rng: random.Random) -> None:
        """Submit, cancel and move jobs."""
        acts = [self._submit, self._submit, self._submit_many, self._cancel, self._move]
        while self._goes_on():
            try:
                rng.choice(acts)(rng)
            except (StateConflict, InputRefused):
                continue

    def worker(self, rng: random.Random) -> None:
        """Claim a few jobs and end them in one of the ways in which attempts end."""
        while self._goes_on():
            held = claim(rng.randrange(1, 5), worker_id=new_id())
            with session_scope() as session:
                canceled = job_claims.look(session, held).canceled if held else frozenset()
            confirm_cancel(*[one for one in held if one.job_id in canceled])
            if rest := [one for one in held if one.job_id not in canceled]:
                rng.choice(ENDS)(rest)

    def housekeeper(self, _rng: random.Random) -> None:
        """Let deadlines pass, and files go."""
        while self._goes_on():
            sweep()
            with session_scope() as session:
                gone = update(Artifact).where(Artifact.removed_at.is_(None)).values(removed_at=func.now())
                session.execute(gone)

    def _submit(self, rng: random.Random) -> None:
        options: dict[str, Any] = {"reuse": rng.random() < 0.9, "priority": rng.choice(["normal", "bulk"])}
        if rng.random() < 0.2:
            options["expires_after"] = 1
        if self._ids and rng.random() < 0.2:
            options |= {"depends_on": [self._any(rng)], "on_dependency_failure": rng.choice(["fail", "skip"])}
        self._remember(submit(self._workspace_id, input=some_input(rng), **options))

    def _submit_many(self, rng: random.Random) -> None:
        wanted = [request(input=some_input(rng), reuse=True) for _ in range(rng.randrange(1, 8))]
        with session_scope(self._workspace_id) as session:
            items = service.submit_many(session, self._workspace_id, wanted)["items"]
        self._remember(*[UUID(item["id"]) for item in items])

    def _cancel(self, rng: random.Random) -> None:
        if self._ids:
            cancel(self._workspace_id, self._any(rng))

    def _move(self, rng: random.Random) -> None:
        if self._ids:
            with session_scope(self._workspace_id) as session:
                service.reprioritise(session, self._workspace_id, self._any(rng), rng.choice(list(Priority)))

    def _any(self, rng: random.Random) -> UUID:
        return rng.choice(self._ids[-40:])

    def _remember(self, *ids: UUID) -> None:
        with self._lock:
            self._ids += ids


def some_input(rng: random.Random) -> dict[str, Any]:
    return {"prompt": f"Coffee {rng.randrange(3)}", "seed": 1}


def sweep() -> None:
    with session_scope() as session:
        expiry.fail_expired(session)
    return_expired()


def die(held: list[job_claims.Claim]) -> None:
    lapse(*held)
    return_expired()


ENDS: list[Callable[[list[job_claims.Claim]], object]] = [
    lambda held: finish(*held),
    lambda held: finish(*held),
    lambda held: give_back(*held),
    lambda held: fail(ModelLoadFailed(), *held),
    lambda held: fail(GenerationFailed(), *held),
    die,
]


def run_what_is_left() -> None:
    """Pauses and leases are over, and one worker takes all there is."""
    now = func.now() - text("interval '1 second'")
    while True:
        with session_scope() as session:
            session.execute(update(Job).where(Job.state == "queued").values(run_after=now))
            session.execute(update(Job).where(Job.state == "running").values(lease_until=now))
        sweep()
        held = claim(16)
        finish(*held)
        with session_scope() as session:
            queued = select(func.count()).where(Job.state.in_(["queued", "running"]))
            if not held and not session.scalar(queued):
                return


def test_every_job_ends_once_with_what_is_due_to_it(workspace_id: UUID) -> None:
    crowd = Crowd(workspace_id)
    people = [crowd.caller] * 3 + [crowd.worker] * 3 + [crowd.housekeeper]
    with ThreadPoolExecutor(len(people)) as threads:
        acting = [threads.submit(each, random.Random(SEED + number)) for number, each in enumerate(people)]
        for each in acting:
            each.result(timeout=SECONDS + 60)
    run_what_is_left()

    with session_scope() as session:
        jobs = session.execute(text(_DOUBLED)).all()
    assert len(jobs) >= AT_LEAST
    assert {job.id: job.state for job in jobs if job.state not in TERMINAL} == {}
    due = {job.id: (1, 2, 1) if job.state == "succeeded" else (1, 0, 0) for job in jobs}
    assert {job.id: (job.ends, job.charges, job.files) for job in jobs} == due
