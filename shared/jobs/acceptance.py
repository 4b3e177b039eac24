"""Accept jobs: any number in one transaction, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.db import after_commit, transaction_time
from shared.events.types import EventType
from shared.jobs import dependencies, repository, reuse
from shared.jobs.document import job_document
from shared.jobs.drafting import Asked, Draft, draft, refuse
from shared.jobs.models import Job, JobDependency
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that will be true once the transaction commits. Outputs it has only if an equal job had them."""

    job: Job
    artifacts: Sequence[Artifact]
    model_name: str

    def document(self) -> dict[str, Any]:
        """The whole job, as the API answers it."""
        return job_document(self.job, self.model_name, self.artifacts)


def accept(session: Session, workspace_id: UUID, asked: Sequence[Asked]) -> list[Accepted]:
    """Write jobs, their dependencies and their first events. Raises ``InputRefused`` naming every bad field of all.

    The number of statements does not grow with the number of jobs.
    """
    now = transaction_time(session)
    drafts = draft(session, workspace_id, asked, now)
    jobs = [each.job for each in drafts]
    _place(session, workspace_id, drafts)
    # Of jobs that could run now: one that waits for its parents or its time is not held up by another one's work.
    ready = [
        each.job
        for each in drafts
        if each.asked.request.reuse and each.job.state is JobState.QUEUED and each.job.run_after <= now
    ]
    succeeded = reuse.pair(session, workspace_id, ready) if ready else frozenset()
    repository.insert_jobs(session, jobs)
    _write_dependencies(session, drafts)
    record(session, EventType.JOB_ACCEPTED, jobs)
    ended = {twin.id: (twin, outputs) for twin, outputs in reuse.share_outputs(session, succeeded).items()}
    _ring_after_commit(session, jobs, now)
    return [Accepted(*ended.get(each.job.id, (each.job, ())), each.model_name) for each in drafts]


def _place(session: Session, workspace_id: UUID, drafts: Sequence[Draft]) -> None:
    """Let those wait whose parents have not all succeeded. Raises ``InputRefused`` for a parent that never will."""
    parent_ids = {parent_id for each in drafts for parent_id in each.parents}
    states = dependencies.lock_parents(session, workspace_id, parent_ids)
    refuse(
        [
            each.asked.problem(one.path, one.message)
            for each in drafts
            for one in dependencies.problems_with_parents(states, each.parents)
        ]
    )
    for each in drafts:
        if any(states[parent_id] is not JobState.SUCCEEDED for parent_id in each.parents):
            each.job.state = JobState.WAITING


def _write_dependencies(session: Session, drafts: Sequence[Draft]) -> None:
    rows: list[Mapping[str, UUID]] = [
        {"job_id": each.job.id, "needs_job_id": parent_id, "workspace_id": each.job.workspace_id}
        for each in drafts
        for parent_id in each.parents
    ]
    if rows:
        session.execute(insert(JobDependency), rows)


def _ring_after_commit(session: Session, jobs: Sequence[Job], now: datetime) -> None:
    """For what can run now. Also for twins: a worker may have passed by their root while it was held."""
    for queue in {job.queue for job in jobs if _may_concern_a_worker(job, now)}:
        after_commit(session, partial(ring, queue))


def _may_concern_a_worker(job: Job, now: datetime) -> bool:
    return (job.state is JobState.QUEUED and job.run_after <= now) or (
        job.state is JobState.WAITING and job.twin_id is not None
    )
