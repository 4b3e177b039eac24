"""What can happen that somebody outside may want to hear of."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """The name of an event, as webhooks and the timeline write it."""

    JOB_ACCEPTED = "job.accepted"
    JOB_QUEUED = "job.queued"
    """What it waited for has succeeded."""
    JOB_STARTED = "job.started"
    JOB_REQUEUED = "job.requeued"
    JOB_SUCCEEDED = "job.succeeded"
    JOB_FAILED = "job.failed"
    JOB_CANCELED = "job.canceled"
    BATCH_COMPLETED = "batch.completed"
    BATCH_FAILED = "batch.failed"
    CAMPAIGN_COMPLETED = "campaign.completed"
    WEBHOOK_TEST = "webhook.test"


TERMINAL_JOB_EVENTS = frozenset({EventType.JOB_SUCCEEDED, EventType.JOB_FAILED, EventType.JOB_CANCELED})
BATCH_EVENTS = frozenset({EventType.BATCH_COMPLETED, EventType.BATCH_FAILED, EventType.CAMPAIGN_COMPLETED})
DELIVERABLE = TERMINAL_JOB_EVENTS | BATCH_EVENTS | {EventType.JOB_STARTED, EventType.WEBHOOK_TEST}
"""What a webhook can be asked for; the rest is in the job's timeline only."""
