"""Jobs that wait for jobs: set free when the last parent succeeds, ended when one does not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from shared.db import after_commit
from shared.errors import FieldProblem
from shared.events.types import EventType
from shared.jobs.models import Job, JobDependency
from shared.jobs.states import TERMINAL, DependencyFailure, JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring

_PARENT_DID_NOT_SUCCEED = "This job depends on job %s, which did not succeed."
# The rows come back as they are now, also those that this session has seen before.
FRESH = {"synchronize_session": False, "populate_existing": True}


def parents_of(session: Session, job_id: UUID) -> Sequence[UUID]:
    """The jobs that a job was told to wait for."""
    query = select(JobDependency.needs_job_id).where(JobDependency.job_id == job_id)
    return session.scalars(query.order_by(JobDependency.needs_job_id)).all()


def lock_parents(session: Session, workspace_id: UUID, parent_ids: Collection[UUID]) -> Mapping[UUID, JobState]:
    """Hold the parents still while their children are accepted; the states of those that are there."""
    if not parent_ids:
        return {}
    query = select(Job.id, Job.state).where(Job.id.in_(parent_ids), Job.workspace_id == workspace_id)
    return {row.id: row.state for row in session.execute(query.order_by(Job.id).with_for_update(read=True))}


def problems_with_parents(states: Mapping[UUID, JobState], parents: Mapping[UUID, str]) -> list[FieldProblem]:
    """What is wrong with each parent that is not there or can no longer succeed; each comes with its field's path."""
    problems = []
    for parent_id, path in parents.items():
        state = states.get(parent_id)
        if state is None:
            problems.append(FieldProblem(path, f"there is no job {parent_id} in this workspace"))
        elif state in TERMINAL and state is not JobState.SUCCEEDED:
            problems.append(FieldProblem(path, f"job {parent_id} has {state.value} already"))
    return problems


def release_children(session: Session, parent_ids: Sequence[UUID]) -> None:
    """Queue every waiting child of these parents whose parents have all succeeded by now.

    A child that is scheduled for later stays so. The children are locked by a statement of their own first: of two
    parents that finish at once, the second then looks with a snapshot that shows the first.
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
        .values(state=JobState.QUEUED, run_after=func.greatest(Job.run_after, func.clock_timestamp()))
        .returning(Job),
        execution_options=FRESH,
    ).all()
    record(session, EventType.JOB_QUEUED, freed, note={"reason": "dependencies_succeeded"})
    for queue in {job.queue for job in freed}:
        after_commit(session, partial(ring, queue))


def fail_children(session: Session, parents: Sequence[Job]) -> None:
    """End every descendant that waits for a job that did not succeed, with the reason.

    Each ends as it asked to, failed or canceled. A few statements a level of the graph, however wide it is.
    """
    level = [job.id for job in parents]
    while level:
        children = _lock_children(session, level)
        if not children:
            return
        ended = session.scalars(
            update(Job)
            .where(Job.id.in_(children), JobDependency.job_id == Job.id, JobDependency.needs_job_id.in_(level))
            .values(
                state=case(
                    (Job.on_dependency_failure == DependencyFailure.SKIP, JobState.CANCELED.value),
                    else_=JobState.FAILED.value,
                ),
                finished_at=func.clock_timestamp(),
                error_code="dependency_failed",
                error_message=func.format(_PARENT_DID_NOT_SUCCEED, JobDependency.needs_job_id),
            )
            .returning(Job),
            execution_options=FRESH,
        ).all()
        record(session, EventType.JOB_FAILED, [job for job in ended if job.state is JobState.FAILED])
        record(session, EventType.JOB_CANCELED, [job for job in ended if job.state is JobState.CANCELED])
        level = [job.id for job in ended]


def _lock_children(session: Session, parent_ids: Sequence[UUID]) -> Sequence[UUID]:
    children = select(JobDependency.job_id).where(JobDependency.needs_job_id.in_(parent_ids))
    query = select(Job.id).where(Job.id.in_(children), Job.state == JobState.WAITING)
    return session.scalars(query.order_by(Job.id).with_for_update()).all()
