"""What happened to a job, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.events.models import Event
from shared.events.types import EventType


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what it is called, what more there is to say, and how long after the event before it came."""

    state: str
    title: str
    note: str
    moment: datetime
    after: timedelta


_TITLES = {
    EventType.JOB_ACCEPTED: ("queued", "Accepted"),
    EventType.JOB_QUEUED: ("queued", "Set free"),
    EventType.JOB_STARTED: ("running", "Started"),
    EventType.JOB_REQUEUED: ("waiting", "Put back in the queue"),
    EventType.JOB_SUCCEEDED: ("succeeded", "Succeeded"),
    EventType.JOB_FAILED: ("failed", "Failed"),
    EventType.JOB_CANCELED: ("canceled", "Canceled"),
}
_REASONS = {
    "worker_lost": "The worker stopped answering.",
    "drain": "The worker was shut down.",
    "store_unavailable": "The object store did not answer.",
    "dependencies_succeeded": "All the jobs it depends on have succeeded.",
    "twin_did_not_succeed": "The equal job it waited for did not succeed.",
}


def happenings(events: Sequence[Event]) -> list[Happening]:
    """A job's events for its page, oldest first."""
    found: list[Happening] = []
    for event in events:
        state, title = _TITLES.get(event.type, ("queued", event.type.value))
        before = found[-1].moment if found else event.created_at
        found.append(Happening(state, title, _note(event), event.created_at, event.created_at - before))
    return found


def _note(event: Event) -> str:
    data = event.data
    if event.type is EventType.JOB_STARTED and data.get("attempts", 1) > 1:
        return f"Attempt {data['attempts']}."
    if event.type in (EventType.JOB_REQUEUED, EventType.JOB_QUEUED):
        reason = str(data.get("reason", ""))
        return str(data.get("message") or _REASONS.get(reason, reason))
    if event.type in (EventType.JOB_FAILED, EventType.JOB_CANCELED) and data.get("error"):
        return str(data["error"]["message"])
    if event.type is EventType.JOB_SUCCEEDED:
        count = len(data.get("artifacts", ()))
        files = f"{count} file{'' if count == 1 else 's'}"
        return f"{files} taken over from an equal job." if data.get("reused_from") else f"{files} stored."
    return ""
