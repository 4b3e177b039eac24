"""Accept, cancel and retry jobs: what a person or a client does to them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shared.catalog.models import Model
from shared.catalog.service import complete_input, find_model
from shared.crypto import content_hash
from shared.db import after_commit
from shared.errors import AddressRefused, InputRefused, StateConflict
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import dependencies, idempotency, repository
from shared.jobs.document import job_document
from shared.jobs.fingerprint import batch_key, fingerprint
from shared.jobs.models import Job, JobDependency
from shared.jobs.request import JobRequest
from shared.jobs.states import TERMINAL, JobState, Priority
from shared.jobs.transitions import record
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.webhooks.address_policy import check_url, get_policy


def check_webhook(request: JobRequest) -> None:
    """Resolve the host of the job's own webhook; for before the transaction, since names can take seconds.

    Raises ``InputRefused`` on ``webhook_url``. ``submit`` looks at the URL's form alone, and every send checks again.
    """
    _refuse_bad_address(request, check_url)


def submit(
    session: Session,
    workspace_id: UUID,
    request: JobRequest,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Accept a job: its document, which a repeat with the same key gets again.

    The caller's transaction makes it true: answer 2xx only after its commit. Raises ``InputRefused`` naming
    every bad field, and what ``idempotency.once`` raises.
    """
    job_id = new_id()
    if idempotency_key is None:
        return _accept(session, workspace_id, job_id, request)
    request_hash = content_hash(request.model_dump(mode="json"))
    return idempotency.once(
        session,
        workspace_id,
        idempotency_key,
        request_hash,
        job_id,
        lambda: _accept(session, workspace_id, job_id, request),
    )


def _accept(session: Session, workspace_id: UUID, job_id: UUID, request: JobRequest) -> dict[str, Any]:
    model = find_model(session, request.model)
    job = _new_job(workspace_id, job_id, model, request)
    if request.depends_on and dependencies.lock_parents(session, workspace_id, request.depends_on):
        job.state = JobState.WAITING
    session.add(job)
    session.flush()
    session.add_all(
        JobDependency(job_id=job.id, needs_job_id=parent_id, workspace_id=workspace_id)
        for parent_id in dict.fromkeys(request.depends_on)
    )
    record(session, EventType.JOB_ACCEPTED, [job])
    if job.state is JobState.QUEUED:
        after_commit(session, partial(ring, job.queue))
    return job_document(job, model.name)


def _refuse_bad_address(request: JobRequest, check: Callable[[str], object]) -> None:
    if request.webhook_url is None:
        return
    try:
        check(request.webhook_url)
    except AddressRefused as error:
        raise InputRefused.of("webhook_url", error.message) from error


def _new_job(workspace_id: UUID, job_id: UUID, model: Model, request: JobRequest) -> Job:
    job_input = complete_input(model, request.input)
    _refuse_bad_address(request, get_policy().parse)
    return Job(
        id=job_id,
        workspace_id=workspace_id,
        model_id=model.id,
        queue=QueueName.GENERATION,
        state=JobState.QUEUED,
        priority=request.priority_class(),
        input=job_input.model_dump(mode="json", exclude_none=True),
        output_count=job_input.output_count(),
        fingerprint=fingerprint(model, job_input),
        batch_key=batch_key(model, job_input),
        labels=request.labels,
        webhook_url=request.webhook_url,
        webhook_events=list(request.webhook_events) if request.webhook_events is not None else None,
    )


def cancel(session: Session, workspace_id: UUID, job_id: UUID) -> Job:
    """Call a job off: at once when it has not begun, at the next step when it runs.

    Raises ``NotFound``, and ``StateConflict`` when it has ended. Twice is once.
    """
    job = repository.get_job(session, workspace_id, job_id, lock=True)
    if job.state is JobState.CANCELED:
        return job
    if job.state in TERMINAL:
        raise StateConflict(f"The job has {job.state.value} already; there is nothing to cancel.")
    if job.state is JobState.RUNNING:
        if job.cancel_requested_at is None:
            _set(session, job, cancel_requested_at=func.clock_timestamp())
        return job
    now = func.clock_timestamp()
    _set(session, job, state=JobState.CANCELED, finished_at=now, cancel_requested_at=now)
    record(session, EventType.JOB_CANCELED, [job])
    dependencies.fail_children(session, [job])
    return job


def retry(session: Session, workspace_id: UUID, job_id: UUID, idempotency_key: str | None = None) -> dict[str, Any]:
    """Submit a failed or canceled job's input again, as a new job.

    Raises ``NotFound``, ``StateConflict``, and what ``submit`` raises.
    """
    job = repository.get_job(session, workspace_id, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELED):
        raise StateConflict(f"The job is {job.state.value}; only a failed or canceled job can be tried again.")
    names = repository.model_names(session, [job])
    again = JobRequest.model_validate(
        {
            "model": names[job.model_id],
            "input": job.input,
            "priority": Priority(job.priority).name.lower(),
            "labels": job.labels,
            "depends_on": dependencies.parents_of(session, job.id),
            "webhook_url": job.webhook_url,
            "webhook_events": job.webhook_events,
        }
    )
    return submit(session, workspace_id, again, idempotency_key)


def _set(session: Session, job: Job, **values: Any) -> None:
    """Change a job that this transaction has locked, only if its state is still the one that was read."""
    session.execute(
        update(Job).where(Job.id == job.id, Job.state == job.state).values(**values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(job)
