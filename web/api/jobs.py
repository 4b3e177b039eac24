"""Jobs: submit, look at, cancel, move, try again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.clock import iso
from shared.jobs import progress, repository, service
from shared.jobs import timeline as job_timeline
from shared.jobs.document import job_document, job_summary
from shared.jobs.models import Job
from shared.jobs.request import BulkRequest, JobRequest
from shared.jobs.states import JobState, Priority
from web.api.examples import BULK_REQUEST, JOB_REQUESTS
from web.api.schemas import jobs as schemas
from web.auth import api_key, current_principal
from web.job_rows import JobRow, queue_place_of
from web.openapi import IDEMPOTENCY_KEY, PREFER, accepts_headers
from web.prefer import preferred_wait, wait_for_end
from web.rate_limits import limited_submissions
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("jobs", __name__, url_prefix="/api/v1/jobs", tag="Jobs")

Reply = tuple[dict[str, Any], int, dict[str, str]]


@blueprint.post("")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(JobRequest, arg_name="body", examples=JOB_REQUESTS)
@blueprint.output(schemas.Job, 202, description="The job is accepted: it will run.")
@blueprint.doc(
    responses={
        200: "With `Prefer: wait`: the job, ended in time. Also what a repeat of an `Idempotency-Key` may get.",
        409: "A request with this `Idempotency-Key` is still being handled.",
        429: "Too many submissions.",
    }
)
@accepts_headers(IDEMPOTENCY_KEY, PREFER)
def submit(body: JobRequest) -> Reply:
    """Submit a job

    Answers 202 as soon as the job is safely recorded; it is then never lost. Send an `Idempotency-Key` to make
    a repeated request the same job. With `Prefer: wait=10` the answer comes when the job has ended, or after
    ten seconds; 60 at most.
    """
    service.check_webhook(body)
    with tenant_session() as session:
        document = service.submit(
            session, current_principal().workspace_id, body, request.headers.get("Idempotency-Key")
        )
        headers = {"Location": document["urls"]["self"]}
    wait = preferred_wait()
    if not wait:
        return document, 202, headers
    headers["Preference-Applied"] = f"wait={wait}"
    job_id = UUID(document["id"])
    if not wait_for_end(job_id, wait):
        return document, 202, headers
    with tenant_session() as session:
        return _document(session, job_id), 200, headers


@blueprint.post("/bulk")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(BulkRequest, arg_name="body", example=BULK_REQUEST)
@blueprint.output(schemas.Receipts, 202, description="All of the jobs are accepted.")
@blueprint.doc(
    responses={409: "A request with this `Idempotency-Key` is still being handled.", 429: "Too many submissions."}
)
@accepts_headers(IDEMPOTENCY_KEY)
def submit_many(body: BulkRequest) -> tuple[dict[str, Any], int]:
    """Submit many jobs

    Up to 1,000 in one request of 1 MiB at most, which counts as one submission. All are accepted, or none: a bad
    field of any is named with its place, such as `jobs.3.input.width`. One `Idempotency-Key` stands for all.
    """
    service.check_webhooks(body.jobs)
    with tenant_session() as session:
        key = request.headers.get("Idempotency-Key")
        return service.submit_many(session, current_principal().workspace_id, body.jobs, key), 202


@blueprint.get("")
@api_key(Scope.READ)
@blueprint.input(schemas.JobQuery, location="query", arg_name="query")
@transactional
@blueprint.output(schemas.JobPage, description="A page of jobs, newest first.")
def list_jobs(query: schemas.JobQuery, session: Session) -> dict[str, Any]:
    """List jobs

    Newest first, a page at a time: pass `next_cursor` as `cursor` for the next one. Jobs in a list leave out
    their input.
    """
    jobs = repository.list_jobs(
        session,
        current_principal().workspace_id,
        state=JobState(query.state) if query.state else None,
        before=query.cursor,
        limit=query.limit + 1,
    )
    page = jobs[: query.limit]
    names = repository.model_names(session, page)
    artifacts = repository.artifacts_of(session, [job.id for job in page])
    return {
        "items": [job_summary(job, names[job.model_id], artifacts.get(job.id, ())) for job in page],
        "next_cursor": str(page[-1].id) if len(jobs) > query.limit else None,
    }


@blueprint.get("/<uuid:job_id>")
@api_key(Scope.READ)
@blueprint.output(schemas.Job, description="The job.")
def get_job(job_id: UUID) -> dict[str, Any]:
    """Look at a job

    With its artifacts once it has succeeded, with `progress` while it runs, and with its place in the `queue` before
    it has begun.
    """
    with tenant_session() as session:
        document = _document(session, job_id)
    # After the tenant's transaction: a place in the queue is one among all workspaces' jobs.
    return {**document, "queue": queue_place_of(job_id) if JobRow(document).is_waiting else None}


@blueprint.patch("/<uuid:job_id>")
@api_key(Scope.WRITE)
@blueprint.input(schemas.PriorityChange, arg_name="body")
@transactional
@blueprint.output(schemas.Job, description="The job, in its new class.")
@blueprint.doc(responses={409: "The job has begun, or has ended."})
def reprioritise(job_id: UUID, body: schemas.PriorityChange, session: Session) -> dict[str, Any]:
    """Move a job to another class

    While it is `waiting` or `queued`. One that waits for an equal job takes that one along to a higher class.
    """
    job = service.reprioritise(session, current_principal().workspace_id, job_id, Priority[body.priority.upper()])
    return _document(session, job.id)


@blueprint.post("/<uuid:job_id>/cancel")
@api_key(Scope.WRITE)
@transactional
@blueprint.output(schemas.Job, description="The job is canceled.")
@blueprint.doc(
    responses={
        202: "The job runs; it stops at its next step.",
        409: "The job has succeeded or failed already.",
    }
)
def cancel(job_id: UUID, session: Session) -> tuple[dict[str, Any], int]:
    """Cancel a job

    A job that has not begun is canceled at once. A running one stops at its next step. Twice is once.
    """
    job = service.cancel(session, current_principal().workspace_id, job_id)
    return _document(session, job.id), 202 if job.state is JobState.RUNNING else 200


@blueprint.post("/<uuid:job_id>/retry")
@api_key(Scope.WRITE)
@limited_submissions
@transactional
@blueprint.output(schemas.Job, 202, description="The new job.")
@blueprint.doc(responses={409: "The job has neither failed nor been canceled.", 429: "Too many submissions."})
@accepts_headers(IDEMPOTENCY_KEY)
def retry(job_id: UUID, session: Session) -> Reply:
    """Try a job again

    Submits the input of a failed or canceled job, its seed included, as a new job: with the same options, but
    without a deadline.
    """
    document = service.retry(session, current_principal().workspace_id, job_id, request.headers.get("Idempotency-Key"))
    return document, 202, {"Location": document["urls"]["self"]}


@blueprint.post("/<uuid:job_id>/reproduce")
@api_key(Scope.WRITE)
@limited_submissions
@transactional
@blueprint.output(schemas.Job, 202, description="The new job.")
@blueprint.doc(responses={429: "Too many submissions."})
@accepts_headers(IDEMPOTENCY_KEY)
def reproduce(job_id: UUID, session: Session) -> Reply:
    """Run a job's input once more

    Submits the same input, its seed included, as a new job that takes over nothing: compare the `sha256` of what both
    made.
    """
    key = request.headers.get("Idempotency-Key")
    document = service.reproduce(session, current_principal().workspace_id, job_id, key)
    return document, 202, {"Location": document["urls"]["self"]}


@blueprint.get("/<uuid:job_id>/timeline")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Timeline, description="The job's events, in order.")
def timeline(job_id: UUID, session: Session) -> dict[str, Any]:
    """See what happened to a job

    Every change of its state, with the job as it was then and the worker that began it, and every attempt to tell a
    webhook of one (`webhook.attempt`).
    """
    job = repository.get_job(session, current_principal().workspace_id, job_id)
    return {
        "items": [
            {"type": entry.type, "created_at": iso(entry.created_at), "data": entry.data}
            for entry in job_timeline.timeline(session, job)
        ]
    }


def _document(session: Session, job_id: UUID) -> dict[str, Any]:
    job = repository.get_job(session, current_principal().workspace_id, job_id)
    name = repository.model_names(session, [job])[job.model_id]
    artifacts = repository.artifacts_of(session, [job.id]).get(job.id, ())
    return {**job_document(job, name, artifacts), "progress": _progress(job)}


def _progress(job: Job) -> dict[str, Any] | None:
    return progress.latest(job.id) if job.state is JobState.RUNNING else None
