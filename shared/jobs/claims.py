"""Give queued jobs to a worker: one statement that picks, leases and fences a forward batch.

The order is priority class, then the workspace that has the fewest jobs running, then the one that was served longest
ago, then age. Every workspace with something queued is looked at through a skip scan of the claim index (one probe a
lane), so that a small workspace cannot starve behind a big one. The first job in that order that no other claimer
holds is the head; the members share its batch key, and are taken from the workspaces in turn. ``SKIP LOCKED`` keeps
claimers from waiting for one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, text, tuple_, update
from sqlalchemy.orm import Session

from shared.events.types import EventType
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.names import QueueName

_CLAIM = text(
    """
WITH RECURSIVE lane AS (
    (SELECT priority, workspace_id FROM jobs
      WHERE queue = :queue AND state = 'queued'
      ORDER BY priority, workspace_id LIMIT 1)
    UNION ALL
    SELECT following.priority, following.workspace_id FROM lane, LATERAL (
        SELECT priority, workspace_id FROM jobs
         WHERE queue = :queue AND state = 'queued'
           AND (priority, workspace_id) > (lane.priority, lane.workspace_id)
         ORDER BY priority, workspace_id LIMIT 1) AS following
), busy AS (
    SELECT workspace_id, count(*) AS running FROM jobs
     WHERE queue = :queue AND state = 'running' GROUP BY workspace_id
), share AS (
    SELECT lane.priority, lane.workspace_id, coalesce(busy.running, 0) AS running,
           (SELECT fence FROM jobs
             WHERE queue = :queue AND workspace_id = lane.workspace_id AND fence IS NOT NULL
             ORDER BY fence DESC LIMIT 1) AS served
      FROM lane LEFT JOIN busy USING (workspace_id)
), head AS (
    SELECT jobs.id, jobs.batch_key, jobs.runs_alone FROM (
        SELECT due.id, row_number() OVER (
            ORDER BY priority, due.place, running, served NULLS FIRST, due.run_after, due.id) AS turn
          FROM share, LATERAL (
            SELECT id, run_after, row_number() OVER (ORDER BY run_after, id) AS place FROM jobs
             WHERE queue = :queue AND state = 'queued' AND run_after <= now()
               AND priority = share.priority AND workspace_id = share.workspace_id
             ORDER BY run_after, id LIMIT :reach) AS due
         ORDER BY turn LIMIT :reach) AS candidate JOIN jobs USING (id)
     WHERE jobs.state = 'queued' ORDER BY turn LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED
), peer AS (
    SELECT jobs.id FROM (
        SELECT due.id, row_number() OVER (ORDER BY priority, running + due.place, due.run_after, due.id) AS turn
          FROM head, share, LATERAL (
            SELECT id, run_after, row_number() OVER (ORDER BY run_after, id) AS place FROM jobs
             WHERE queue = :queue AND state = 'queued' AND run_after <= now() AND batch_key = head.batch_key
               AND priority = share.priority AND workspace_id = share.workspace_id
               AND NOT runs_alone AND id <> head.id
             ORDER BY run_after, id LIMIT :reach) AS due
         WHERE NOT head.runs_alone ORDER BY turn LIMIT :reach) AS candidate JOIN jobs USING (id)
     WHERE jobs.state = 'queued' ORDER BY turn LIMIT :limit - 1 FOR UPDATE OF jobs SKIP LOCKED
), member AS (
    SELECT id FROM head UNION ALL SELECT id FROM peer
)
UPDATE jobs SET
    state = 'running',
    fence = nextval('job_fence'),
    worker_id = :worker_id,
    lease_until = clock_timestamp() + make_interval(secs => :lease_seconds),
    started_at = clock_timestamp(),
    attempts = attempts + 1
FROM member WHERE jobs.id = member.id
RETURNING jobs.id
"""
)

_TRIES = 3
# How many jobs of a workspace are looked at for each one wanted: other claimers may hold the first of them.
_REACH = 4


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
    created_at: datetime


def claim(
    session: Session,
    queue: QueueName,
    worker_id: UUID,
    limit: int,
    lease_seconds: float,
) -> list[Claim]:
    """Take up to ``limit`` jobs that may share a forward pass; none when nothing is due.

    Other claimers may hold all that it can reach: then it looks again, a few times.
    """
    values = {
        "queue": queue.value,
        "worker_id": worker_id,
        "limit": limit,
        "reach": _REACH * limit,
        "lease_seconds": lease_seconds,
    }
    for _ in range(_TRIES):
        ids = list(session.scalars(_CLAIM, values))
        if ids:
            jobs = session.scalars(select(Job).where(Job.id.in_(ids)).order_by(Job.priority, Job.id)).all()
            record(session, EventType.JOB_STARTED, jobs)
            return [_claim_of(job) for job in jobs]
    return []


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
