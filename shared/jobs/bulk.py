"""What is done to all jobs of a batch at once: held back, let go, called off. Some thousands a call, never one by one.

A job that is held back keeps its state: it may not run before an instant that never comes. Jobs that another
transaction holds are left to the next call, so that nobody waits for anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from shared.db import after_commit
from shared.events.types import EventType
from shared.jobs import dependencies, reuse
from shared.jobs.dependencies import FRESH
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring

PARKED_UNTIL = datetime(9999, 1, 1, tzinfo=UTC)
_UNSYNCED = {"synchronize_session": False}
_NOT_BEGUN = (JobState.QUEUED, JobState.WAITING)


def park(session: Session, batch_id: UUID, limit: int) -> int:
    """Hold back up to ``limit`` jobs of a batch that have not begun; returns how many.

    Equal jobs of others do not wait for one that is held back: the oldest of them runs itself.
    """
    ids = session.scalars(_not_begun(batch_id).where(Job.run_after < PARKED_UNTIL).limit(limit)).all()
    if not ids:
        return 0
    parked = session.scalars(
        update(Job).where(Job.id.in_(ids)).values(run_after=PARKED_UNTIL).returning(Job), execution_options=FRESH
    ).all()
    reuse.release_twins(session, [job for job in parked if job.state is JobState.QUEUED], beyond_batch=batch_id)
    return len(parked)


def unpark(session: Session, batch_id: UUID, limit: int) -> int:
    """Let up to ``limit`` jobs of a batch go that were held back; returns how many."""
    ids = session.scalars(_not_begun(batch_id).where(Job.run_after == PARKED_UNTIL).limit(limit)).all()
    if not ids:
        return 0
    rows = session.execute(
        update(Job).where(Job.id.in_(ids)).values(run_after=func.clock_timestamp()).returning(Job.queue, Job.state),
        execution_options=_UNSYNCED,
    ).all()
    for queue in {row.queue for row in rows if row.state is JobState.QUEUED}:
        after_commit(session, partial(ring, queue))
    return len(rows)


def cancel(session: Session, batch_id: UUID, limit: int) -> int:
    """Call off up to ``limit`` jobs of a batch that have not begun, and ask all that run to stop; returns how many.

    The youngest first: what waits for others is called off itself, before it could fail for want of them.
    """
    ids = session.scalars(_not_begun(batch_id).order_by(Job.id.desc()).limit(limit)).all()
    asked = session.execute(
        update(Job)
        .where(Job.batch_id == batch_id, Job.state == JobState.RUNNING, Job.cancel_requested_at.is_(None))
        .values(cancel_requested_at=func.clock_timestamp())
        .returning(Job.id),
        execution_options=_UNSYNCED,
    ).all()
    if ids:
        _cancel(session, ids)
    return len(ids) + len(asked)


def live(session: Session, batch_id: UUID) -> bool:
    """Whether any job of a batch has not ended."""
    unfinished = select(Job.id).where(Job.batch_id == batch_id, Job.state.in_((*_NOT_BEGUN, JobState.RUNNING)))
    return bool(session.scalar(select(unfinished.exists())))


def _not_begun(batch_id: UUID) -> Select[UUID]:
    query = select(Job.id).where(Job.batch_id == batch_id, Job.state.in_(_NOT_BEGUN))
    return query.with_for_update(skip_locked=True)


def _cancel(session: Session, ids: Sequence[UUID]) -> None:
    now = func.clock_timestamp()
    canceled = session.scalars(
        update(Job)
        .where(Job.id.in_(ids))
        .values(state=JobState.CANCELED, finished_at=now, cancel_requested_at=now, twin_id=None)
        .returning(Job),
        execution_options=FRESH,
    ).all()
    record(session, EventType.JOB_CANCELED, canceled)
    dependencies.fail_children(session, canceled)
    reuse.release_twins(session, canceled)
