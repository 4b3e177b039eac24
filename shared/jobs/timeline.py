"""Everything that happened to a job, in order: its events, who ran it, and how its webhooks were delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.events.models import Event
from shared.events.types import EventType
from shared.jobs import repository
from shared.jobs.models import Job
from shared.webhooks.repository import SentAttempt, attempts_of_events
from shared.workers.models import Worker

WEBHOOK_ATTEMPT = "webhook.attempt"
_ATTEMPTS_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened. ``type`` is an event's, or ``webhook.attempt``."""

    type: str
    created_at: datetime
    data: Mapping[str, Any]


def timeline(session: Session, job: Job) -> list[TimelineEntry]:
    """A job's timeline. ``job.started`` says on which ``worker``, where it is still known."""
    events = repository.timeline(session, job.workspace_id, job.id)
    workers = _workers(session, job, events)
    entries = [TimelineEntry(event.type.value, event.created_at, _data(event, workers)) for event in events]
    types = {event.id: event.type.value for event in events}
    attempts = attempts_of_events(session, job.workspace_id, list(types), _ATTEMPTS_AT_MOST)
    entries += [_attempt(attempt, types[attempt.event_id]) for attempt in attempts]
    # Stable: what happened in the same instant stays in the order of the events.
    return sorted(entries, key=lambda entry: entry.created_at)


def _workers(session: Session, job: Job, events: Sequence[Event]) -> dict[UUID, Worker]:
    """The worker of each start, by the event's id. Before events named it, that of the last start alone is known."""
    starts = [event for event in events if event.type is EventType.JOB_STARTED]
    named = {event.id: UUID(event.data["worker_id"]) for event in starts if "worker_id" in event.data}
    if starts and job.worker_id is not None:
        named.setdefault(starts[-1].id, job.worker_id)
    found = session.scalars(select(Worker).where(Worker.id.in_(set(named.values()))))
    by_id = {worker.id: worker for worker in found}
    return {event_id: by_id[worker_id] for event_id, worker_id in named.items() if worker_id in by_id}


def _data(event: Event, workers: Mapping[UUID, Worker]) -> Mapping[str, Any]:
    worker = workers.get(event.id)
    if worker is None:
        return event.data
    return {**event.data, "worker": {"id": str(worker.id), "host": worker.host, "device": worker.device}}


def _attempt(attempt: SentAttempt, event_type: str) -> TimelineEntry:
    return TimelineEntry(
        WEBHOOK_ATTEMPT,
        attempt.started_at,
        {
            "delivery_id": str(attempt.delivery_id),
            "event_id": str(attempt.event_id),
            "event": event_type,
            "url": attempt.url,
            "status": attempt.status,
            "error": attempt.error,
            "milliseconds": attempt.milliseconds,
        },
    )
