"""Accept many jobs of one model whose inputs are complete and read no files: nothing to wait for, nobody to tell.

What ``acceptance`` does for such jobs, without looking for what they cannot have, and without an object of the session
for each: a table of a hundred thousand rows is accepted in a third of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.db import after_commit, transaction_time
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import repository, reuse
from shared.jobs.drafting import MAX_ATTEMPTS
from shared.jobs.fingerprint import batch_key, fingerprint
from shared.jobs.models import Job
from shared.jobs.states import DependencyFailure, JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring
from shared.queue.names import QueueName


@dataclass(frozen=True, slots=True)
class PlainRequest:
    """One job: its complete input, seed included, and its owner's words about it."""

    job_input: JobInput
    labels: Mapping[str, Any]


@dataclass(slots=True)
class _PlainJob:
    """The columns of a new ``Job``. What writes and announces jobs reads nothing else of one."""

    workspace_id: UUID
    model_id: UUID
    queue: QueueName
    priority: int
    input: dict[str, Any]
    output_count: int
    fingerprint: bytes
    batch_id: UUID
    batch_key: str
    labels: Mapping[str, Any]
    created_at: datetime
    run_after: datetime
    id: UUID = field(default_factory=new_id)
    state: JobState = JobState.QUEUED
    on_dependency_failure: DependencyFailure = DependencyFailure.FAIL
    attempts: int = 0
    max_attempts: int = MAX_ATTEMPTS
    runs_alone: bool = False
    twin_id: UUID | None = None
    expires_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    error_code: str | None = None
    error_message: str | None = None
    webhook_url: str | None = None
    webhook_events: list[str] | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


def accept_plain(
    session: Session, model: Model, requests: Sequence[PlainRequest], workspace_id: UUID, batch_id: UUID, priority: int
) -> list[UUID]:
    """Write the jobs and their first events; their ids, in order. A few statements, however many there are."""
    if not requests:
        return []
    now = transaction_time(session)
    queue = FAMILIES[model.family].queue
    keys: dict[tuple[Any, ...], str] = {}
    made = []
    for each in requests:
        content = each.job_input.model_dump(mode="json", exclude_none=True)
        shape = each.job_input.batch_shape()
        if shape not in keys:
            keys[shape] = batch_key(model, each.job_input)
        made.append(
            _PlainJob(
                workspace_id=workspace_id,
                model_id=model.id,
                queue=queue,
                priority=priority,
                input=content,
                output_count=each.job_input.output_count(),
                fingerprint=fingerprint(model, content),
                batch_id=batch_id,
                batch_key=keys[shape],
                labels=each.labels,
                created_at=now,
                run_after=now,
            )
        )
    jobs = cast(Sequence[Job], made)
    succeeded = reuse.pair(session, workspace_id, jobs)
    repository.insert_jobs(session, jobs)
    record(session, EventType.JOB_ACCEPTED, jobs)
    reuse.share_outputs(session, succeeded)
    after_commit(session, partial(ring, queue))
    return [job.id for job in jobs]
