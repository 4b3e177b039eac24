"""What the dispatcher looks for: work whose bell was lost or whose time has come, and keys that expired."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, select, tuple_
from sqlalchemy.orm import Session

from shared.jobs.models import IdempotencyKey, Job
from shared.jobs.states import JobState
from shared.queue.names import QueueName


def queues_with_due_jobs(session: Session) -> Sequence[QueueName]:
    """The queues in which a job could run now.

    A queued row is its own outbox: nothing is marked as dispatched, so that a million queued jobs cost one index
    probe a queue, and a lost bell is made good at the next look.
    """
    return [queue for queue in QueueName if session.scalar(_has_due_job(queue))]


def _has_due_job(queue: QueueName) -> Select[bool]:
    # now(), not clock_timestamp(): an index serves only what stands still for a statement.
    due = select(Job.id).where(Job.queue == queue, Job.state == JobState.QUEUED, Job.run_after <= func.now())
    return select(due.exists())


def forget_idempotency_keys(session: Session, limit: int = 1000) -> int:
    """Delete keys that have expired; returns how many.

    The condition stands in the DELETE once more: a key that is taken over meanwhile is looked at again, and stays.
    """
    identity = tuple_(IdempotencyKey.workspace_id, IdempotencyKey.key)
    has_expired = IdempotencyKey.expires_at < func.now()
    expired = select(IdempotencyKey.workspace_id, IdempotencyKey.key).where(has_expired).limit(limit)
    deleted = session.execute(
        delete(IdempotencyKey).where(identity.in_(expired), has_expired).returning(IdempotencyKey.key),
        execution_options={"synchronize_session": False},
    )
    return len(deleted.all())
