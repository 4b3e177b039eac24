"""From what callers ask for to whole jobs: typed input, resolved files, parents. Nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared.catalog.families import FAMILIES
from shared.catalog.inputs.base import JobInput
from shared.catalog.models import Model
from shared.catalog.service import complete_input, find_model
from shared.errors import AddressRefused, FieldProblem, InputRefused
from shared.jobs import files
from shared.jobs.files import Resolved
from shared.jobs.fingerprint import batch_key, fingerprint
from shared.jobs.models import Job
from shared.jobs.request import JobRequest
from shared.jobs.states import JobState
from shared.webhooks.address_policy import check_url, get_policy

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, the id its job will have, and where the caller wrote it: ``jobs.3.``, or nothing."""

    request: JobRequest
    job_id: UUID
    path: str = ""
    batch_id: UUID | None = None
    """The batch that it is accepted for."""

    def problem(self, name: str, message: str) -> FieldProblem:
        """What is wrong with one of its fields."""
        return FieldProblem(f"{self.path}{name}", message)


@dataclass(frozen=True, slots=True)
class Draft:
    """A job that is not written yet."""

    asked: Asked
    job: Job
    model_name: str
    parents: Mapping[UUID, str]
    """The jobs that it waits for, and the field that named each: ``depends_on.0``, ``input.image``."""


def check_addresses(asked: Sequence[Asked]) -> None:
    """Resolve the hosts of the jobs' own webhooks, each URL once; for before the transaction: that can take seconds.

    Raises ``InputRefused``. ``accept`` looks at the URLs' form alone, and every send checks again.
    """
    refuse(_address_problems(asked, check_url))


def draft(session: Session, workspace_id: UUID, asked: Sequence[Asked], now: datetime) -> list[Draft]:
    """A job for each request. Raises ``InputRefused`` naming every bad field of all.

    A few statements, however many they are.
    """
    problems = _address_problems(asked, get_policy().parse)
    models: dict[str, Model | InputRefused] = {}
    complete: list[tuple[Asked, Model, JobInput]] = []
    for each in asked:
        problems += _schedule_problems(each, now)
        name = each.request.model
        if name not in models:
            models[name] = _model(session, workspace_id, name)
        try:
            complete.append(_complete(each, models[name]))
        except InputRefused as error:
            problems += [each.problem(one.path, one.message) for one in error.problems]
    refuse(problems)
    drafts = []
    found = files.resolve_all(session, workspace_id, [job_input for _, _, job_input in complete])
    for (each, model, job_input), resolved in zip(complete, found, strict=True):
        if isinstance(resolved, InputRefused):
            problems += [each.problem(one.path, one.message) for one in resolved.problems]
        else:
            job = _job(workspace_id, each, model, job_input, resolved, now)
            drafts.append(Draft(each, job, model.name, {**resolved.parents, **_named_parents(each)}))
    refuse(problems)
    return drafts


def _model(session: Session, workspace_id: UUID, name: str) -> Model | InputRefused:
    try:
        return find_model(session, workspace_id, name)
    except InputRefused as error:
        return error


def _complete(asked: Asked, model: Model | InputRefused) -> tuple[Asked, Model, JobInput]:
    if isinstance(model, InputRefused):
        raise model
    return asked, model, complete_input(model, asked.request.input)


def _job(
    workspace_id: UUID,
    asked: Asked,
    model: Model,
    job_input: JobInput,
    resolved: Resolved,
    now: datetime,
) -> Job:
    request = asked.request
    return Job(
        id=asked.job_id,
        workspace_id=workspace_id,
        model_id=model.id,
        queue=FAMILIES[model.family].queue,
        state=JobState.QUEUED,
        priority=request.priority_class(),
        input=job_input.model_dump(mode="json", exclude_none=True),
        output_count=job_input.output_count(),
        fingerprint=fingerprint(model, resolved.normalised),
        batch_id=asked.batch_id,
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


def _named_parents(asked: Asked) -> Mapping[UUID, str]:
    return {parent_id: f"depends_on.{index}" for index, parent_id in enumerate(asked.request.depends_on)}


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


def refuse(problems: Sequence[FieldProblem]) -> None:
    """Raise ``InputRefused`` if there are any."""
    if problems:
        raise InputRefused(problems)
