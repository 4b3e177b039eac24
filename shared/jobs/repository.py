"""Queries on jobs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog.models import Model
from shared.errors import NotFound
from shared.events.models import Event
from shared.jobs.models import Job
from shared.jobs.states import JobState

# One parameter whatever the number of rows: a statement with twenty a row takes longer to put together than to run.
_INSERT = text(
    """
INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_id,
                  twin_id, batch_key, labels, attempts, max_attempts, runs_alone, run_after, expires_at,
                  on_dependency_failure, webhook_url, webhook_events, created_at)
SELECT id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_id,
       twin_id, batch_key, labels, attempts, max_attempts, runs_alone, run_after, expires_at,
       on_dependency_failure, webhook_url, webhook_events, created_at
  FROM json_populate_recordset(CAST(NULL AS jobs), CAST(:rows AS json))
"""
)


def insert_jobs(session: Session, jobs: Sequence[Job]) -> None:
    """Write new jobs in one statement. The objects stay outside of the session."""
    session.execute(_INSERT, {"rows": json.dumps([_row(job) for job in jobs], ensure_ascii=False)})


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "workspace_id": str(job.workspace_id),
        "model_id": str(job.model_id),
        "queue": job.queue,
        "state": job.state,
        "priority": job.priority,
        "input": job.input,
        "output_count": job.output_count,
        "fingerprint": f"\\x{job.fingerprint.hex()}",
        "batch_id": str(job.batch_id) if job.batch_id else None,
        "twin_id": str(job.twin_id) if job.twin_id else None,
        "batch_key": job.batch_key,
        "labels": job.labels,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "runs_alone": job.runs_alone,
        "run_after": job.run_after.isoformat(),
        "expires_at": job.expires_at.isoformat() if job.expires_at else None,
        "on_dependency_failure": job.on_dependency_failure,
        "webhook_url": job.webhook_url,
        "webhook_events": job.webhook_events,
        "created_at": job.created_at.isoformat(),
    }


def get_job(session: Session, workspace_id: UUID, job_id: UUID, *, lock: bool = False) -> Job:
    """One job of a workspace, locked against change if asked. Raises ``NotFound``, also for somebody else's."""
    query = select(Job).where(Job.id == job_id, Job.workspace_id == workspace_id)
    job = session.scalar(query.with_for_update() if lock else query)
    if job is None:
        raise NotFound("There is no such job in this workspace.")
    return job


def lock_with_root(session: Session, workspace_id: UUID, job_id: UUID) -> Job:
    """One job, locked with the job whose outputs it waits for, that one first. Raises ``NotFound``.

    Whoever ends a root locks it before its twins: in the other order the two could wait for each other.
    """
    root_id = get_job(session, workspace_id, job_id).twin_id
    if root_id is not None:
        session.execute(select(Job.id).where(Job.id == root_id).with_for_update(key_share=True))
    query = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one()


def list_jobs(
    session: Session,
    workspace_id: UUID,
    *,
    state: JobState | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> Sequence[Job]:
    """A page of a workspace's jobs, newest first; ``before`` is the last id of the page before."""
    query = select(Job).where(Job.workspace_id == workspace_id).order_by(Job.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Job.state == state)
    if before is not None:
        query = query.where(Job.id < before)
    return session.scalars(query).all()


def model_names(session: Session, jobs: Sequence[Job]) -> dict[UUID, str]:
    """The names of the models these jobs run, by model id."""
    wanted = {job.model_id for job in jobs}
    return {row.id: row.name for row in session.execute(select(Model.id, Model.name).where(Model.id.in_(wanted)))}


def artifacts_of(session: Session, job_ids: Sequence[UUID]) -> dict[UUID, list[Artifact]]:
    """Outputs by job, in order."""
    found: dict[UUID, list[Artifact]] = {}
    query = select(Artifact).where(Artifact.job_id.in_(job_ids)).order_by(Artifact.job_id, Artifact.index)
    for artifact in session.scalars(query):
        found.setdefault(artifact.job_id, []).append(artifact)
    return found


def timeline(session: Session, workspace_id: UUID, job_id: UUID) -> Sequence[Event]:
    """Everything that happened to a job, in order."""
    query = select(Event).where(Event.workspace_id == workspace_id, Event.job_id == job_id)
    return session.scalars(query.order_by(Event.sequence)).all()
