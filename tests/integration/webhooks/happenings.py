"""Things that happen in a workspace, so that there is something to announce."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.catalog.families import FamilyName
from shared.catalog.models import Model
from shared.db import session_scope
from shared.events.models import Event
from shared.events.types import EventType
from shared.jobs.models import Job
from shared.jobs.states import JobState, Priority
from shared.queue.names import QueueName
from shared.webhooks import service
from shared.webhooks.models import WebhookAttempt, WebhookDelivery
from shared.webhooks.service import JobWebhook


def add_job(
    session: Session, workspace_id: UUID, webhook_url: str | None = None, webhook_events: list[str] | None = None
) -> Job:
    """A finished job."""
    model = session.scalar(select(Model))
    if model is None:
        model = Model(
            name="tests/model",
            family=FamilyName.TEXT,
            title="",
            source="",
            revision="",
            defaults={},
            limits={},
            licence="",
        )
        session.add(model)
        session.flush()
    job = Job(
        workspace_id=workspace_id,
        model_id=model.id,
        queue=QueueName.GENERATION,
        state=JobState.SUCCEEDED,
        priority=Priority.NORMAL,
        input={},
        output_count=1,
        fingerprint=bytes(32),
        batch_key="",
        webhook_url=webhook_url,
        webhook_events=webhook_events,
        finished_at=func.now(),
    )
    session.add(job)
    session.flush()
    return job


def happen(session: Session, jobs: Sequence[Job], event_type: EventType = EventType.JOB_SUCCEEDED) -> list[Event]:
    """An event for each job, announced."""
    events = [
        Event(workspace_id=job.workspace_id, job_id=job.id, type=event_type, data={"id": str(job.id)}) for job in jobs
    ]
    session.add_all(events)
    session.flush()
    service.announce(session, events, wishes(jobs))
    return events


def wishes(jobs: Sequence[Job]) -> list[JobWebhook]:
    """Whom the jobs themselves want told."""
    return [JobWebhook(job.id, job.webhook_url, job.webhook_events) for job in jobs]


def job_succeeds(
    workspace_id: UUID, webhook_url: str | None = None, webhook_events: list[str] | None = None, times: int = 1
) -> list[Event]:
    """Jobs that succeed in one transaction, as a forward batch does."""
    with session_scope() as session:
        jobs = [add_job(session, workspace_id, webhook_url, webhook_events) for _ in range(times)]
        return happen(session, jobs)


def deliveries() -> Sequence[WebhookDelivery]:
    """Every delivery, oldest first."""
    with session_scope() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()


def attempts() -> Sequence[WebhookAttempt]:
    """Every attempt, oldest first."""
    with session_scope() as session:
        return session.scalars(select(WebhookAttempt).order_by(WebhookAttempt.started_at)).all()
