"""Give queued jobs to a worker, and keep what it has been given: every claim carries a lease and a fence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, func, select, text, tuple_, update
from sqlalchemy.orm import Session

from shared.db import IDLE_TURN
from shared.events.types import EventType
from shared.jobs.claim_statement import CLAIM, FILL, LANES_IN_FULL
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.names import QueueName

# A cap can only be kept if no two claims count the same free places: they take turns, as long as there is a cap.
_TAKE_TURNS = text(
    """
SELECT set_config('idle_in_transaction_session_timeout', :idle, true), pg_advisory_xact_lock(:key)
 WHERE EXISTS (SELECT FROM workspaces WHERE max_running IS NOT NULL)
    OR EXISTS (SELECT FROM models WHERE max_running IS NOT NULL)
"""
)
_CAPS_LOCK = 0x62636170

_TRIES = 3
# How many jobs of a workspace are looked at for each one wanted: other claimers may hold the first of them.
_REACH = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a worker can use: how many jobs at most, and what it prefers."""

    limit: int
    """Members of a forward batch whose batch key is not among ``sizes``."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Members by batch key, where it is known how many a forward batch should have."""
    loaded: Sequence[UUID] = ()
    """Models to prefer, within a class, since they are in memory."""
    classes: Sequence[str] | None = None
    """The resource classes of models that it runs; none: all."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in a worker's hands: what to run, and the fence that proves it is still the worker's."""

    job_id: UUID
    workspace_id: UUID
    model_id: UUID
    fence: int
    attempts: int
    input: dict[str, Any]
    batch_key: str
    fingerprint: bytes
    runs_alone: bool
    """A worker died with it before: nothing else may be at stake while it runs."""
    created_at: datetime


def claim(
    session: Session,
    queue: QueueName,
    worker_id: UUID,
    wanted: Wanted,
    lease_seconds: float,
) -> list[Claim]:
    """Take jobs that may share a forward pass; none when nothing is due.

    Other claimers may hold all that it can reach: then it looks again, a few times.
    """
    session.execute(_TAKE_TURNS, {"key": _CAPS_LOCK, "idle": IDLE_TURN})
    values = {**_values(queue, worker_id, wanted, lease_seconds), "loaded": list(wanted.loaded), "head_counts": 1}
    for _ in range(_TRIES):
        claims = _take(session, CLAIM, values)
        if claims:
            return claims
    return []


def fill(
    session: Session, queue: QueueName, worker_id: UUID, head: Claim, wanted: Wanted, lease_seconds: float
) -> list[Claim]:
    """Take up to ``wanted.limit`` more jobs that may share the forward pass of one that is claimed already."""
    session.execute(_TAKE_TURNS, {"key": _CAPS_LOCK, "idle": IDLE_TURN})
    values = {**_values(queue, worker_id, wanted, lease_seconds), "head_id": head.job_id, "head_counts": 0}
    return _take(session, FILL, values)


def _values(queue: QueueName, worker_id: UUID, wanted: Wanted, lease_seconds: float) -> dict[str, Any]:
    return {
        "queue": queue.value,
        "worker_id": worker_id,
        "classes": None if wanted.classes is None else list(wanted.classes),
        "limit": wanted.limit,
        "sizes": json.dumps(dict(wanted.sizes)),
        "reach": _REACH * max(wanted.limit, *wanted.sizes.values(), 1),
        "lanes": LANES_IN_FULL,
        "lease_seconds": lease_seconds,
    }


def _take(session: Session, statement: TextClause, values: Mapping[str, Any]) -> list[Claim]:
    taken = session.scalars(select(Job).from_statement(statement), values).all()
    jobs = sorted(taken, key=lambda job: (job.priority, job.id))
    record(session, EventType.JOB_STARTED, jobs, note={"worker_id": str(values["worker_id"])})
    return [_claim_of(job) for job in jobs]


def _claim_of(job: Job) -> Claim:
    assert job.fence is not None, "a claimed job has a fence"
    return Claim(
        job_id=job.id,
        workspace_id=job.workspace_id,
        model_id=job.model_id,
        fence=job.fence,
        attempts=job.attempts,
        input=job.input,
        batch_key=job.batch_key,
        fingerprint=job.fingerprint,
        runs_alone=job.runs_alone,
        created_at=job.created_at,
    )


@dataclass(frozen=True, slots=True)
class Held:
    """What the database says of the claims a worker asked about."""

    kept: frozenset[UUID]
    """Still the worker's; every other one is lost."""
    canceled: frozenset[UUID]


def renew(session: Session, claims: Sequence[Claim], lease_seconds: float) -> Held:
    """Prolong the leases of a whole forward batch in one statement."""
    rows = session.execute(
        update(Job)
        .where(is_held(claims))
        .values(lease_until=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds))
        .returning(Job.id, Job.cancel_requested_at),
        execution_options={"synchronize_session": False},
    ).all()
    return _held(rows)


def look(session: Session, claims: Sequence[Claim]) -> Held:
    """What ``renew`` answers, without prolonging anything: how a cancellation arrives within a second."""
    return _held(session.execute(select(Job.id, Job.cancel_requested_at).where(is_held(claims))).all())


def _held(rows: Sequence[Any]) -> Held:
    return Held(
        kept=frozenset(row.id for row in rows),
        canceled=frozenset(row.id for row in rows if row.cancel_requested_at is not None),
    )


def is_held(claims: Sequence[Claim]) -> ColumnElement[bool]:
    """Rows that are still these claims: the fence condition of every write that a worker makes."""
    pairs = [(claim.job_id, claim.fence) for claim in claims]
    return tuple_(Job.id, Job.fence).in_(pairs) & (Job.state == JobState.RUNNING)
