"""Jobs that wait for jobs: set free when the last parent succeeds, failed when one does not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from shared.db import after_commit
from shared.errors import FieldProblem, InputRefused
from shared.events.types import EventType
from shared.jobs.models import Job, JobDependency
from shared.jobs.states import TERMINAL, JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring

_PARENT_DID_NOT_SUCCEED = "This job depends on job %s, which did not succeed."


def parents_of(session: Session, job_id: UUID) -> Sequence[UUID]:
    """The jobs that a job was told to wait for."""
    query = select(JobDependency.needs_job_id).where(JobDependency.job_id == job_id)
    return session.scalars(query.order_by(JobDependency.needs_job_id)).all()


def lock_parents(session: Session, workspace_id: UUID, parent_ids: Sequence[UUID]) -> bool:
    """Hold the parents still while a child is accepted; say whether it has to wait for any of them.

    Raises ``InputRefused`` on ``depends_on`` for a parent that is not there or can no longer succeed.
    """
    query = select(Job.id, Job.state).where(Job.id.in_(parent_ids), Job.workspace_id == workspace_id)
    states = {row.id: row.state for row in session.execute(query.order_by(Job.id).with_for_update(read=True))}
    problems = []
    for index, parent_id in enumerate(parent_ids):
        state = states.get(parent_id)
        if state is None:
            problems.append(
                FieldProblem(
                    f"depends_on.{index}",
                    f"there is no job {parent_id} in this workspace",
                )
            )
        elif state in TERMINAL and state is not JobState.SUCCEEDED:
            problems.append(FieldProblem(f"depends_on.{index}", f"job {parent_id} has {state.value} already"))
    if problems:
        raise InputRefused(problems)
    return any(state is not JobState.SUCCEEDED for state in states.values())


def release_children(session: Session, parent_ids: Sequence[UUID]) -> None:
    """Queue every waiting child of these parents whose parents have all succeeded by now.

    The children are locked by a statement of their own first: of two parents that finish at once, the second
    then looks with a snapshot that shows the first.
    """
    children = _lock_children(session, parent_ids)
    if not children:
        return
    parent = aliased(Job)
    unfinished = exists().where(
        JobDependency.job_id == Job.id,
        JobDependency.needs_job_id == parent.id,
        parent.state != JobState.SUCCEEDED,
    )
    freed = session.scalars(
        update(Job)
        .where(Job.id.in_(children), Job.state == JobState.WAITING, ~unfinished)
        .values(state=JobState.QUEUED, run_after=func.clock_timestamp())
        .returning(Job),
        execution_options={"synchronize_session": False},
    ).all()
    for queue in {job.queue for job in freed}:
        after_commit(session, partial(ring, queue))


def fail_children(session: Session, parents: Sequence[Job]) -> None:
    """Fail every descendant that waits for a job that did not succeed, with the reason."""
    level = [job.id for job in parents]
    while level:
        children = _lock_children(session, level)
        failed = session.scalars(
            update(Job)
            .where(Job.id.in_(children), JobDependency.job_id == Job.id, JobDependency.needs_job_id.in_(level))
            .values(
                state=JobState.FAILED,
                finished_at=func.clock_timestamp(),
                error_code="dependency_failed",
                error_message=func.format(_PARENT_DID_NOT_SUCCEED, JobDependency.needs_job_id),
            )
            .returning(Job),
            execution_options={"synchronize_session": False},
        ).all()
        record(session, EventType.JOB_FAILED, failed)
        level = [job.id for job in failed]


def _lock_children(session: Session, parent_ids: Sequence[UUID]) -> Sequence[UUID]:
    children = select(JobDependency.job_id).where(JobDependency.needs_job_id.in_(parent_ids))
    query = select(Job.id).where(Job.id.in_(children), Job.state == JobState.WAITING)
    return session.scalars(query.order_by(Job.id).with_for_update()).all()
