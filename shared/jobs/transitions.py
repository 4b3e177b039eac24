"""Record that jobs changed state: events, webhook deliveries and live progress, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog.models import Model
from shared.db import after_commit
from shared.events.models import Event
from shared.events.types import EventType
from shared.jobs import metrics, progress
from shared.jobs.document import job_summary
from shared.jobs.models import Job
from shared.logging import get_logger
from shared.webhooks import service as webhooks

log = get_logger(__name__)


def record(
    session: Session,
    event_type: EventType,
    jobs: Sequence[Job],
    artifacts: Mapping[UUID, Sequence[Artifact]] | None = None,
    note: Mapping[str, Any] | None = None,
) -> None:
    """Write one event a job, freeze its webhooks' bodies, and tell watchers once it is durable."""
    if not jobs:
        return
    names = {job.model_id: "" for job in jobs}
    for model_id in names:
        model = session.get(Model, model_id)
        names[model_id] = model.name if model else ""
    events = [
        Event(
            workspace_id=job.workspace_id,
            job_id=job.id,
            type=event_type,
            data={
                **job_summary(job, names[job.model_id], (artifacts or {}).get(job.id, ())),
                **(note or {}),
            },
        )
        for job in jobs
    ]
    session.add_all(events)
    session.flush()
    webhooks.announce(session, events)
    live = [(job.id, "state", event.data) for job, event in zip(jobs, events, strict=True)]
    told = {"job_ids": [str(job.id) for job in jobs], **({"reason": note["reason"]} if note else {})}
    after_commit(session, lambda: log.info(event_type.value, **told))
    after_commit(session, lambda: metrics.observe(event_type, jobs, note or {}))
    after_commit(session, lambda: progress.publish(live))
