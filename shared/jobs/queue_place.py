"""Where a job that has not begun stands: its place in the queue, about how long that takes, or what it waits for.

Jobs are begun by class, and within a class the workspaces take turns (``claim_statement``). The k-th job of its
workspace therefore comes after

- every due job of a higher class,
- the k - 1 jobs of its workspace and class that were due before it,
- of every other workspace with due jobs of its class k - 1 jobs, or all if it has fewer; and one more of those whose
  turn it is first: that have fewer jobs running, or as many and were served longer ago.

That is an estimate: what is submitted later, the models that workers have loaded and caps all move it. What is paused
takes no turns. Each of the three is counted up to ``COUNT_CAP`` and no further, from the claim's own index, so that the
cost does not grow with the queue: it is a few probes for every (class, workspace, model) with something queued.

The time is the device seconds of the jobs ahead and half of those of the jobs that run now, at the mean of the last
charges of the queue's models, shared among the living workers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.clock import iso, utc_now
from shared.jobs import pauses
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.workers.repository import living

COUNT_CAP = 1000
_RECENT_CHARGES = 100

_AHEAD = text(
    """
WITH RECURSIVE lane AS (
    (SELECT priority, workspace_id, model_id FROM jobs
      WHERE queue = :queue AND state = 'queued' AND priority <= :priority
      ORDER BY priority, workspace_id, model_id LIMIT 1)
    UNION ALL
    SELECT following.priority, following.workspace_id, following.model_id FROM lane, LATERAL (
        SELECT priority, workspace_id, model_id FROM jobs
         WHERE queue = :queue AND state = 'queued' AND priority <= :priority
           AND (priority, workspace_id, model_id) > (lane.priority, lane.workspace_id, lane.model_id)
         ORDER BY priority, workspace_id, model_id LIMIT 1) AS following
), moving AS MATERIALIZED (
    SELECT * FROM lane WHERE NOT EXISTS (
        SELECT FROM pauses WHERE pauses.model_id = lane.model_id OR pauses.workspace_id = lane.workspace_id)
), higher AS (
    SELECT count(*) AS jobs FROM (
        SELECT FROM moving, LATERAL (
            SELECT FROM jobs
             WHERE queue = :queue AND state = 'queued' AND priority = moving.priority
               AND workspace_id = moving.workspace_id AND model_id = moving.model_id AND run_after <= now()
             LIMIT :cap) AS due
         WHERE moving.priority < :priority LIMIT :cap) AS counted
), own AS MATERIALIZED (
    SELECT count(*) AS jobs FROM (
        SELECT FROM moving, LATERAL (
            SELECT FROM jobs
             WHERE queue = :queue AND state = 'queued' AND priority = :priority AND workspace_id = :workspace_id
               AND model_id = moving.model_id AND (run_after, id) < (:run_after, :id)
             LIMIT :cap) AS due
         WHERE moving.priority = :priority AND moving.workspace_id = :workspace_id LIMIT :cap) AS counted
), turn AS MATERIALIZED (
    SELECT workspace_id, (
        SELECT count(*) FROM jobs
         WHERE queue = :queue AND state = 'running' AND workspace_id = owner.workspace_id) AS running, coalesce((
        SELECT fence FROM jobs
         WHERE queue = :queue AND workspace_id = owner.workspace_id AND fence IS NOT NULL
         ORDER BY fence DESC LIMIT 1), 0) AS served
      FROM (SELECT workspace_id FROM moving WHERE priority = :priority
             UNION SELECT :workspace_id) AS owner
), others AS (
    SELECT count(*) AS jobs FROM (
        SELECT FROM turn AS mine JOIN turn AS other ON other.workspace_id <> mine.workspace_id, own, LATERAL (
            SELECT FROM moving, LATERAL (
                SELECT FROM jobs
                 WHERE queue = :queue AND state = 'queued' AND priority = :priority
                   AND workspace_id = moving.workspace_id AND model_id = moving.model_id AND run_after <= now()
                 LIMIT own.jobs + 1) AS due
             WHERE moving.priority = :priority AND moving.workspace_id = other.workspace_id
             LIMIT own.jobs + ((other.running, other.served) < (mine.running, mine.served))::int) AS before
         WHERE mine.workspace_id = :workspace_id LIMIT :cap) AS counted
)
SELECT higher.jobs AS higher, own.jobs AS own, others.jobs AS others FROM higher, own, others
"""
)

_RUNNING = text("SELECT count(*) FROM jobs WHERE queue = :queue AND state = 'running'")

# Identifiers sort by the time they were made, so that the newest charges are at the end of the primary key.
_JOB_SECONDS = text(
    """
SELECT avg(quantity)::float FROM (
    SELECT quantity, kind FROM usage_ledger ORDER BY id DESC LIMIT :charges) AS recent
 WHERE kind = 'device_seconds'
"""
)

_UNFINISHED_PARENTS = text(
    """
SELECT parent.id FROM job_dependencies JOIN jobs AS parent ON parent.id = needs_job_id
 WHERE job_id = :id AND parent.state <> 'succeeded' ORDER BY parent.id
"""
)


class HoldUp(StrEnum):
    """Why a job is not on its way to a worker."""

    PAUSED = "paused"
    """Its workspace, its model or its queue."""
    SCHEDULED = "scheduled"
    """Its time has not come, or it rests between two attempts."""
    WAITING_FOR = "waiting_for"
    """Other jobs."""
    NO_WORKER = "no_worker"
    """It has a place, and nobody to come to it."""


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """What there is to say of a job that has not begun."""

    position: int | None = None
    """1 is the next one."""
    is_more: bool = False
    """There was more to count: the position is at least this."""
    eta_seconds: float | None = None
    """About how long until it begins."""
    hold_up: HoldUp | None = None
    paused: Sequence[pauses.Standing] = ()
    waiting_for: Sequence[str] = ()
    not_before: datetime | None = None

    def document(self) -> dict[str, Any]:
        """As the API writes it."""
        return {
            "position": self.position,
            "at_least": self.is_more,
            "eta_seconds": self.eta_seconds,
            "reason": self.hold_up.value if self.hold_up else None,
            "paused": [{"kind": each.kind.value, "reason": each.reason} for each in self.paused],
            "waiting_for": list(self.waiting_for),
            "not_before": iso(self.not_before),
        }


def queue_place(session: Session, job: Job) -> QueuePlace | None:
    """Where a job stands; nothing once it has begun or ended.

    Looks across workspaces: for a transaction of the platform's own role. What it returns tells nothing of whose the
    other jobs are.
    """
    if job.state is JobState.WAITING:
        return QueuePlace(hold_up=HoldUp.WAITING_FOR, waiting_for=_waits_for(session, job))
    if job.state is not JobState.QUEUED:
        return None
    standing = pauses.in_the_way_of(session, job)
    if standing:
        return QueuePlace(hold_up=HoldUp.PAUSED, paused=standing)
    if job.run_after > utc_now():
        return QueuePlace(hold_up=HoldUp.SCHEDULED, not_before=job.run_after)
    position, is_more = _position(session, job)
    workers = sum(worker.queue is job.queue for worker in living(session))
    if not workers:
        return QueuePlace(position, is_more, hold_up=HoldUp.NO_WORKER)
    return QueuePlace(position, is_more, None if is_more else _eta(session, job, position - 1, workers))


def _position(session: Session, job: Job) -> tuple[int, bool]:
    found = session.execute(
        _AHEAD,
        {
            "queue": job.queue.value,
            "priority": job.priority,
            "workspace_id": job.workspace_id,
            "run_after": job.run_after,
            "id": job.id,
            "cap": COUNT_CAP,
        },
    ).one()
    ahead = found.higher + found.own + found.others
    return min(ahead + 1, COUNT_CAP), ahead >= COUNT_CAP


def _eta(session: Session, job: Job, ahead: int, workers: int) -> float | None:
    """Nothing before anything was ever charged."""
    each: float | None = session.execute(_JOB_SECONDS, {"charges": _RECENT_CHARGES}).scalar_one()
    if each is None:
        return None
    running: int = session.execute(_RUNNING, {"queue": job.queue.value}).scalar_one()
    return round((ahead + running / 2) * each / workers, 1)


def _waits_for(session: Session, job: Job) -> list[str]:
    parents = [str(row.id) for row in session.execute(_UNFINISHED_PARENTS, {"id": job.id})]
    return [*parents, str(job.twin_id)] if job.twin_id else parents
