"""How much waits and how much runs, at a cost that does not grow with the backlog.

Every lane, a (queue, priority, model) with something queued, is found through a skip scan of ``ix_jobs_backlog``: one
probe a lane. Its due jobs are counted up to a cap, and the oldest is the first entry of the lane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.jobs.states import Priority
from shared.queue.names import QueueName

COUNT_CAP = 10_000
"""A lane with more due jobs than this is reported with this many."""

_LANES = text(
    """
WITH RECURSIVE lane AS (
    (SELECT queue, priority, model_id FROM jobs WHERE state = 'queued'
      ORDER BY queue, priority, model_id LIMIT 1)
    UNION ALL
    SELECT following.queue, following.priority, following.model_id FROM lane, LATERAL (
        SELECT queue, priority, model_id FROM jobs
         WHERE state = 'queued' AND (queue, priority, model_id) > (lane.queue, lane.priority, lane.model_id)
         ORDER BY queue, priority, model_id LIMIT 1) AS following
)
SELECT lane.queue, lane.priority, models.name AS model, due.jobs,
       coalesce(greatest(extract(epoch FROM now() - oldest.run_after), 0), 0)::float AS oldest_seconds
  FROM lane JOIN models ON models.id = lane.model_id, LATERAL (
    SELECT count(*) AS jobs FROM (
        SELECT FROM jobs
         WHERE state = 'queued' AND queue = lane.queue AND priority = lane.priority
           AND model_id = lane.model_id AND run_after <= now()
         ORDER BY queue, priority, model_id, run_after LIMIT :cap) AS counted) AS due, LATERAL (
    SELECT run_after FROM jobs
     WHERE state = 'queued' AND queue = lane.queue AND priority = lane.priority AND model_id = lane.model_id
     ORDER BY queue, priority, model_id, run_after LIMIT 1) AS oldest
"""
)

_RUNNING = text(
    """
SELECT jobs.queue, models.name AS model, count(*) AS jobs
  FROM jobs JOIN models ON models.id = jobs.model_id
 WHERE jobs.state = 'running' GROUP BY jobs.queue, models.name
"""
)

# What ANALYZE last saw of a partial index: nothing is counted. -1 before its first run.
_QUEUED_ESTIMATE = text("SELECT greatest(reltuples, 0)::float FROM pg_class WHERE oid = 'ix_jobs_backlog'::regclass")


@dataclass(frozen=True, slots=True)
class Lane:
    """The due jobs of one queue, class and model: ``jobs`` at most ``COUNT_CAP``, ``oldest_seconds`` overdue."""

    queue: QueueName
    priority: Priority
    model: str
    jobs: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Running:
    """How many jobs of a model workers hold."""

    queue: QueueName
    model: str
    jobs: int


def lanes(session: Session, cap: int = COUNT_CAP) -> Sequence[Lane]:
    """What is queued, lane by lane. A lane whose jobs are all scheduled for later has 0 due."""
    rows = session.execute(_LANES, {"cap": cap})
    return [Lane(QueueName(row.queue), Priority(row.priority), row.model, row.jobs, row.oldest_seconds) for row in rows]


def running(session: Session) -> Sequence[Running]:
    """What runs: bounded by the workers, not by the backlog."""
    return [Running(QueueName(row.queue), row.model, row.jobs) for row in session.execute(_RUNNING)]


def queued_estimate(session: Session) -> float:
    """About how many jobs are queued in all, due or not, as of the table's last ANALYZE."""
    return float(session.execute(_QUEUED_ESTIMATE).scalar_one())
