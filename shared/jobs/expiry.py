"""Jobs that had to begin by a certain time and have not."""

from __future__ import annotations

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.orm import Session, aliased

from shared.events.types import EventType
from shared.jobs import dependencies, reuse
from shared.jobs.dependencies import FRESH
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.jobs.transitions import record

_HAD_NOT_BEGUN = "This job had not begun when its time was over."


def fail_expired(session: Session, limit: int = 500) -> int:
    """Fail jobs whose time is over before they began, or began again; returns how many, ``limit`` at most.

    Jobs that another transaction holds are left to the next look. A twin has begun when its root runs.
    """
    root = aliased(Job)
    root_runs = exists().where(root.id == Job.twin_id, root.state == JobState.RUNNING)
    # Literal, so that the planner can prove that the partial index holds them all.
    not_begun = text("jobs.state IN ('waiting', 'queued')")
    over = select(Job.id).where(Job.expires_at <= func.now(), not_begun, ~root_runs).order_by(Job.expires_at)
    ids = session.scalars(over.limit(limit).with_for_update(of=Job, skip_locked=True)).all()
    if not ids:
        return 0
    expired = session.scalars(
        update(Job)
        .where(Job.id.in_(ids))
        .values(
            state=JobState.FAILED,
            twin_id=None,
            error_code="expired",
            error_message=_HAD_NOT_BEGUN,
            finished_at=func.clock_timestamp(),
        )
        .returning(Job),
        execution_options=FRESH,
    ).all()
    record(session, EventType.JOB_FAILED, expired)
    dependencies.fail_children(session, expired)
    reuse.release_twins(session, expired)
    return len(expired)
