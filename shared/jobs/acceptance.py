"""Accept jobs: any number in one transaction, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog.models import Model
from shared.catalog.service import complete_input, find_model
from shared.db import after_commit, transaction_time
from shared.errors import AddressRefused, FieldProblem, InputRefused
from shared.events.types import EventType
from shared.jobs import dependencies, repository, reuse
from shared.jobs.document import job_document
from shared.jobs.fingerprint import batch_key, fingerprint
from shared.jobs.models import Job, JobDependency
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState
from shared.jobs.transitions import record
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.webhooks.address_policy import check_url, get_policy

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the id its job will have, and where the caller wrote it: ``jobs.3.``, or nothing."""

    request: JobRequest
    job_id: UUID
    path: str = ""

    def problem(self, name: str, message: str) -> FieldProblem:
        """What is wrong with one of its fields."""
        return FieldProblem(f"{self.path}{name}", message)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that will be true once the transaction commits. Outputs it has only if an equal job had them."""

    job: Job
    artifacts: Sequence[Artifact]
    model_name: str

    def document(self) -> dict[str, Any]:
        """The whole job, as the API answers it."""
        return job_document(self.job, self.model_name, self.artifacts)


def check_addresses(asked: Sequence[Asked]) -> None:
    """Resolve the hosts of the jobs' own webhooks, each URL once; for before the transaction: that can take seconds.

    Raises ``InputRefused``. ``accept`` looks at the URLs' form alone, and every send checks again.
    """
    _refuse(_address_problems(asked, check_url))


def accept(session: Session, workspace_id: UUID, asked: Sequence[Asked]) -> list[Accepted]:
    """Write jobs, their dependencies and their first events. Raises ``InputRefused`` naming every bad field of all.

    The number of statements does not grow with the number of jobs.
    """
    now = transaction_time(session)
    jobs, names = _drafts(session, workspace_id, asked, now)
    _place(session, workspace_id, jobs, asked)
    # Of jobs that could run now: one that waits for its parents or its time is not held up by another one's work.
    ready = [
        job
        for job, each in zip(jobs, asked, strict=True)
        if each.request.reuse and job.state is JobState.QUEUED and job.run_after <= now
    ]
    succeeded = reuse.pair(session, workspace_id, ready) if ready else frozenset()
    repository.insert_jobs(session, jobs)
    _write_dependencies(session, workspace_id, asked)
    record(session, EventType.JOB_ACCEPTED, jobs)
    ended = {twin.id: (twin, outputs) for twin, outputs in reuse.share_outputs(session, succeeded).items()}
    _ring_after_commit(session, jobs, now)
    return [Accepted(*ended.get(job.id, (job, ())), names[job.model_id]) for job in jobs]


def _drafts(
    session: Session, workspace_id: UUID, asked: Sequence[Asked], now: datetime
) -> tuple[list[Job], dict[UUID, str]]:
    """A job for each request, not yet written, and the names of their models."""
    problems = _address_problems(asked, get_policy().parse)
    models: dict[str, Model | InputRefused] = {}
    jobs = []
    for each in asked:
        problems += _schedule_problems(each, now)
        name = each.request.model
        if name not in models:
            models[name] = _model(session, name)
        try:
            jobs.append(_job(workspace_id, each, models[name], now))
        except InputRefused as error:
            problems += [each.problem(one.path, one.message) for one in error.problems]
    _refuse(problems)
    return jobs, {model.id: model.name for model in models.values() if isinstance(model, Model)}


def _model(session: Session, name: str) -> Model | InputRefused:
    try:
        return find_model(session, name)
    except InputRefused as error:
        return error


def _job(workspace_id: UUID, asked: Asked, model: Model | InputRefused, now: datetime) -> Job:
    if isinstance(model, InputRefused):
        raise model
    request = asked.request
    job_input = complete_input(model, request.input)
    return Job(
        id=asked.job_id,
        workspace_id=workspace_id,
        model_id=model.id,
        queue=QueueName.GENERATION,
        state=JobState.QUEUED,
        priority=request.priority_class(),
        input=job_input.model_dump(mode="json", exclude_none=True),
        output_count=job_input.output_count(),
        fingerprint=fingerprint(model, job_input),
        twin_id=None,
        batch_key=batch_key(model, job_input),
        labels=request.labels,
        attempts=0,
        max_attempts=MAX_ATTEMPTS,
        runs_alone=False,
        created_at=now,
        run_after=max(now, request.run_after or now),
        expires_at=None if request.expires_after is None else now + timedelta(seconds=request.expires_after),
        on_dependency_failure=request.failure_policy(),
        webhook_url=request.webhook_url,
        webhook_events=None if request.webhook_events is None else list(request.webhook_events),
    )


def _schedule_problems(asked: Asked, now: datetime) -> list[FieldProblem]:
    begins, lasts = asked.request.run_after, asked.request.expires_after
    if begins is None or lasts is None or begins < now + timedelta(seconds=lasts):
        return []
    return [asked.problem("expires_after", "the job would expire before `run_after` lets it begin")]


def _address_problems(asked: Sequence[Asked], check: Callable[[str], object]) -> list[FieldProblem]:
    refusals: dict[str | None, str] = {}
    for url in {each.request.webhook_url for each in asked} - {None}:
        try:
            check(str(url))
        except AddressRefused as error:
            refusals[url] = error.message
    urls = [(each, each.request.webhook_url) for each in asked]
    return [each.problem("webhook_url", refusals[url]) for each, url in urls if url in refusals]


def _place(session: Session, workspace_id: UUID, jobs: Sequence[Job], asked: Sequence[Asked]) -> None:
    """Let those wait whose parents have not all succeeded. Raises ``InputRefused`` for a parent that never will."""
    parent_ids = {parent_id for each in asked for parent_id in each.request.depends_on}
    states = dependencies.lock_parents(session, workspace_id, parent_ids)
    _refuse(
        [
            each.problem(one.path, one.message)
            for each in asked
            for one in dependencies.problems_with_parents(states, each.request.depends_on)
        ]
    )
    for job, each in zip(jobs, asked, strict=True):
        if any(states[parent_id] is not JobState.SUCCEEDED for parent_id in each.request.depends_on):
            job.state = JobState.WAITING


def _write_dependencies(session: Session, workspace_id: UUID, asked: Sequence[Asked]) -> None:
    rows: list[Mapping[str, UUID]] = [
        {"job_id": each.job_id, "needs_job_id": parent_id, "workspace_id": workspace_id}
        for each in asked
        for parent_id in dict.fromkeys(each.request.depends_on)
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


def _refuse(problems: Sequence[FieldProblem]) -> None:
    if problems:
        raise InputRefused(problems)
