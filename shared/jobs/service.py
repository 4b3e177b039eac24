"""Accept, cancel, retry and reprioritise jobs: what a person or a client does to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.crypto import content_hash
from shared.errors import StateConflict
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import dependencies, idempotency, repository, reuse
from shared.jobs.acceptance import Accepted, accept
from shared.jobs.drafting import Asked, check_addresses
from shared.jobs.models import Job
from shared.jobs.request import JobRequest
from shared.jobs.states import TERMINAL, JobState, Priority
from shared.jobs.transitions import record


def check_webhook(request: JobRequest) -> None:
    """Resolve the host of the job's own webhook; for before the transaction, since names can take seconds.

    Raises ``InputRefused`` on ``webhook_url``. ``submit`` looks at the URL's form alone, and every send checks again.
    """
    check_addresses([Asked(request, new_id())])


def check_webhooks(requests: Sequence[JobRequest]) -> None:
    """What ``check_webhook`` does, for many jobs: each URL once."""
    check_addresses(_numbered(requests))


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
    asked = Asked(request, new_id())

    def accept_it() -> dict[str, Any]:
        (accepted,) = accept(session, workspace_id, [asked])
        return accepted.document()

    if idempotency_key is None:
        return accept_it()
    request_hash = content_hash(request.model_dump(mode="json"))
    return idempotency.once(session, workspace_id, idempotency_key, request_hash, asked.job_id, accept_it)


def submit_many(
    session: Session,
    workspace_id: UUID,
    requests: Sequence[JobRequest],
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    """Accept many jobs, or none: ``{"items": [...]}`` with the id and the state of each, in order.

    One key stands for all of them. Raises what ``submit`` raises, with each field's path from ``jobs.<index>`` on.
    """
    asked = _numbered(requests)

    def accept_all() -> dict[str, Any]:
        return {"items": [_receipt(accepted) for accepted in accept(session, workspace_id, asked)]}

    if idempotency_key is None:
        return accept_all()
    request_hash = content_hash([request.model_dump(mode="json") for request in requests])
    return idempotency.once(session, workspace_id, idempotency_key, request_hash, asked[0].job_id, accept_all)


def _numbered(requests: Sequence[JobRequest]) -> list[Asked]:
    return [Asked(request, new_id(), f"jobs.{index}.") for index, request in enumerate(requests)]


def _receipt(accepted: Accepted) -> dict[str, Any]:
    twin_id = accepted.job.twin_id
    return {
        "id": str(accepted.job.id),
        "state": accepted.job.state.value,
        "reused_from": str(twin_id) if twin_id else None,
    }


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
    _set(session, job, state=JobState.CANCELED, finished_at=now, cancel_requested_at=now, twin_id=None)
    record(session, EventType.JOB_CANCELED, [job])
    dependencies.fail_children(session, [job])
    reuse.release_twins(session, [job])
    return job


def reprioritise(session: Session, workspace_id: UUID, job_id: UUID, priority: Priority) -> Job:
    """Move a job that has not begun to another class. A twin takes its root along to a higher one.

    Raises ``NotFound``, and ``StateConflict`` when it has begun or ended.
    """
    job = repository.lock_with_root(session, workspace_id, job_id)
    if job.state not in (JobState.WAITING, JobState.QUEUED):
        raise StateConflict(f"The job is {job.state.value}; only one that has not begun can be moved.")
    _set(session, job, priority=priority)
    if job.twin_id is not None:
        reuse.hurry(session, {job.twin_id: priority})
    return job


def retry(session: Session, workspace_id: UUID, job_id: UUID, idempotency_key: str | None = None) -> dict[str, Any]:
    """Submit a failed or canceled job's input again, as a new job with the same options but no deadline.

    Raises ``NotFound``, ``StateConflict``, and what ``submit`` raises.
    """
    job = repository.get_job(session, workspace_id, job_id)
    if job.state not in (JobState.FAILED, JobState.CANCELED):
        raise StateConflict(f"The job is {job.state.value}; only a failed or canceled job can be tried again.")
    again = _request_of(
        session,
        job,
        depends_on=dependencies.parents_of(session, job.id),
        on_dependency_failure=job.on_dependency_failure.value,
        run_after=job.run_after if job.attempts == 0 and job.run_after > utc_now() else None,
    )
    return submit(session, workspace_id, again, idempotency_key)


def reproduce(session: Session, workspace_id: UUID, job_id: UUID, idempotency_key: str | None = None) -> dict[str, Any]:
    """Generate a job's input once more, as a new job that reuses nothing: its outputs can be compared.

    Raises ``NotFound``, and what ``submit`` raises.
    """
    job = repository.get_job(session, workspace_id, job_id)
    return submit(session, workspace_id, _request_of(session, job, reuse=False), idempotency_key)


def _request_of(session: Session, job: Job, **options: Any) -> JobRequest:
    return JobRequest.model_validate(
        {
            "model": repository.model_names(session, [job])[job.model_id],
            "input": job.input,
            "priority": Priority(job.priority).name.lower(),
            "labels": job.labels,
            "webhook_url": job.webhook_url,
            "webhook_events": job.webhook_events,
            **options,
        }
    )


def _set(session: Session, job: Job, **values: Any) -> None:
    """Change a job that this transaction has locked, only if its state is still the one that was read."""
    session.execute(
        update(Job).where(Job.id == job.id, Job.state == job.state).values(**values),
        execution_options={"synchronize_session": False},
    )
    session.refresh(job)
