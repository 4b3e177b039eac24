"""Record that jobs changed state: events, webhook deliveries and live progress, in the same transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.catalog.repository import model_name
from shared.db import after_commit
from shared.events.models import Event
from shared.events.types import EventType
from shared.identifiers import new_id
from shared.jobs import metrics, progress
from shared.jobs.document import job_summary
from shared.jobs.models import Job
from shared.logging import get_logger
from shared.webhooks import service as webhooks
from shared.webhooks.service import JobWebhook

log = get_logger(__name__)

_NAMED = 20
# One parameter, whatever the number of rows: thousands of them take longer to write down than to insert.
_INSERT = text(
    """
INSERT INTO events (id, workspace_id, job_id, type, data)
SELECT id, workspace_id, job_id, :type, data
  FROM json_to_recordset(CAST(:rows AS json)) AS event (id uuid, workspace_id uuid, job_id uuid, data jsonb)
RETURNING id, job_id, created_at
"""
)


def record(
    session: Session,
    event_type: EventType,
    jobs: Sequence[Job],
    artifacts: Mapping[UUID, Sequence[Artifact]] | None = None,
    note: Mapping[str, Any] | None = None,
    notes: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    """Write one event a job, freeze its webhooks' bodies, and tell watchers once it is durable.

    ``note`` is added to the data of every event, and of ``notes`` what there is for its job.
    """
    if not jobs:
        return
    names = {model_id: model_name(session, model_id) for model_id in {job.model_id for job in jobs}}
    summaries = [
        {
            **job_summary(job, names[job.model_id], (artifacts or {}).get(job.id, ())),
            **(note or {}),
            **(notes or {}).get(job.id, {}),
        }
        for job in jobs
    ]
    written = _insert(session, event_type, jobs, summaries)
    if event_type in webhooks.SUBSCRIBABLE:
        events = _events(event_type, jobs, summaries, written)
        webhooks.announce(session, events, [JobWebhook(job.id, job.webhook_url, job.webhook_events) for job in jobs])
    told = {"job_ids": [str(job.id) for job in jobs[:_NAMED]], "jobs": len(jobs)}
    if note and "reason" in note:
        told["reason"] = note["reason"]
    after_commit(session, lambda: log.info(event_type.value, **told))
    after_commit(session, lambda: metrics.observe(event_type, jobs, note or {}))
    if event_type is not EventType.JOB_ACCEPTED:
        # Nobody watches a job whose id nobody knows yet.
        live = [(job.id, "state", summary) for job, summary in zip(jobs, summaries, strict=True)]
        after_commit(session, lambda: progress.publish(live))


def _insert(
    session: Session, event_type: EventType, jobs: Sequence[Job], summaries: Sequence[Mapping[str, Any]]
) -> dict[UUID, tuple[UUID, datetime]]:
    """One statement for all of them; the id of each job's event, and its time."""
    rows = [
        {"id": str(new_id()), "workspace_id": str(job.workspace_id), "job_id": str(job.id), "data": summary}
        for job, summary in zip(jobs, summaries, strict=True)
    ]
    values = {"type": event_type.value, "rows": json.dumps(rows, ensure_ascii=False)}
    return {row.job_id: (row.id, row.created_at) for row in session.execute(_INSERT, values)}


def _events(
    event_type: EventType,
    jobs: Sequence[Job],
    summaries: Sequence[dict[str, Any]],
    written: Mapping[UUID, tuple[UUID, datetime]],
) -> list[Event]:
    """The events in the jobs' order, outside of the session."""
    return [
        Event(
            id=written[job.id][0],
            workspace_id=job.workspace_id,
            job_id=job.id,
            type=event_type,
            data=summary,
            created_at=written[job.id][1],
        )
        for job, summary in zip(jobs, summaries, strict=True)
    ]
