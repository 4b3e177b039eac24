"""What happens to jobs, counted by the process that made it happen, once it is durable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prometheus_client import Counter, Histogram

from shared.events.types import EventType
from shared.jobs.models import Job
from shared.jobs.states import Priority

EVENTS = Counter("bottega_job_events", "Changes of jobs' states, by event.", ["event"])
RETRIES = Counter("bottega_job_retries", "Attempts that ended with the job queued again, by reason.", ["reason"])
CLAIM_LATENCY = Histogram(
    "bottega_claim_latency_seconds",
    "How long jobs were due before a worker claimed them.",
    ["queue", "priority"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200),
)


def observe(event_type: EventType, jobs: Sequence[Job], note: Mapping[str, Any]) -> None:
    """Count what was recorded of some jobs."""
    EVENTS.labels(event_type.value).inc(len(jobs))
    if event_type is EventType.JOB_REQUEUED:
        RETRIES.labels(str(note.get("reason", ""))).inc(len(jobs))
    if event_type is EventType.JOB_STARTED:
        for job in jobs:
            assert job.started_at is not None, "a started job has its time"
            waited = (job.started_at - job.run_after).total_seconds()
            CLAIM_LATENCY.labels(job.queue.value, priority_name(job.priority)).observe(max(0.0, waited))


def priority_name(priority: int) -> str:
    """The class's name as the API writes it."""
    return Priority(priority).name.lower()
