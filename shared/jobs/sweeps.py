"""What the dispatcher looks for: jobs whose bell was lost, whose time has come, or whose key has expired."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from shared.jobs.models import IdempotencyKey, Job
from shared.jobs.states import JobState
from shared.queue.names import QueueName


def queues_to_ring(
    session: Session, redispatch_seconds: float, limit: int = 1000
) -> Sequence[QueueName]:
    """Mark due jobs that nobody has been called for lately as dispatched; the queues to ring for them.

    ``dispatched_at`` is when the bell was last rung by the dispatcher; a job still queued after
    ``redispatch_seconds`` is rung for again.
    """
    before = func.clock_timestamp() - func.make_interval(
        0, 0, 0, 0, 0, 0, redispatch_seconds
    )
    due = (
        select(Job.id)
        .where(
            Job.state == JobState.QUEUED,
            Job.run_after <= func.clock_timestamp(),
            or_(Job.dispatched_at.is_(None), Job.dispatched_at < before),
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rung = session.scalars(
        update(Job)
        .where(Job.id.in_(due.scalar_subquery()))
        .values(dispatched_at=func.clock_timestamp())
        .returning(Job.queue),
        execution_options={"synchronize_session": False},
    )
    return sorted(set(rung))


def forget_idempotency_keys(session: Session, limit: int = 1000) -> int:
    """Delete keys that have expired; returns how many."""
    old = select(IdempotencyKey.workspace_id, IdempotencyKey.key).where(
        IdempotencyKey.expires_at < func.now()
    )
    rows = session.execute(old.limit(limit)).all()
    for workspace_id, key in rows:
        session.execute(
            delete(IdempotencyKey).where(
                IdempotencyKey.workspace_id == workspace_id, IdempotencyKey.key == key
            )
        )
    return len(rows)
