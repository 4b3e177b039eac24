"""What happened to a job, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from shared.events.types import EventType
from shared.jobs.timeline import WEBHOOK_ATTEMPT, TimelineEntry
from web.pages.formats import duration, size


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: what it is called, what more there is to say, and how long after the event before it came."""

    state: str
    title: str
    note: str
    moment: datetime
    after: timedelta


_TITLES: dict[str, tuple[str, str]] = {
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


def happenings(entries: Sequence[TimelineEntry]) -> list[Happening]:
    """A job's timeline for its page, oldest first."""
    found: list[Happening] = []
    for entry in entries:
        state, title = _heading(entry)
        before = found[-1].moment if found else entry.created_at
        found.append(Happening(state, title, _note(entry), entry.created_at, entry.created_at - before))
    return found


def _heading(entry: TimelineEntry) -> tuple[str, str]:
    """The state that it looks like, and its title."""
    if entry.type != WEBHOOK_ATTEMPT:
        return _TITLES.get(entry.type, ("queued", entry.type))
    status = entry.data["status"]
    was_received = status is not None and 200 <= status < 300
    return ("succeeded", "Webhook delivered") if was_received else ("failed", "Webhook not delivered")


def _note(entry: TimelineEntry) -> str:
    write = _NOTES.get(entry.type)
    return write(entry.data) if write else ""


def _acceptance(data: Mapping[str, Any]) -> str:
    return "It waits for other jobs." if data.get("state") == "waiting" else ""


def _reason(data: Mapping[str, Any]) -> str:
    reason = str(data.get("reason", ""))
    return str(data.get("message") or _REASONS.get(reason, reason))


def _error(data: Mapping[str, Any]) -> str:
    return str(data["error"]["message"]) if data.get("error") else ""


def _start(data: Mapping[str, Any]) -> str:
    attempt = f"Attempt {data['attempts']}. " if data.get("attempts", 1) > 1 else ""
    worker = data.get("worker")
    return (attempt + (f"On {worker['device']} of {worker['host']}." if worker else "")).strip()


def _success(data: Mapping[str, Any]) -> str:
    """What was made, and how fast, where the worker told."""
    artifacts = data.get("artifacts", ())
    files = f"{len(artifacts)} file{'' if len(artifacts) == 1 else 's'}"
    if data.get("reused_from"):
        return f"{files} taken over from an equal job."
    stored = f"{files}, {size(sum(each['size'] for each in artifacts))}, stored" if artifacts else f"{files} stored"
    work = data.get("work") or {}
    if work.get("upload_seconds") is not None:
        stored += f" in {_length(work['upload_seconds'])}"
    if not work.get("steps") or not work.get("seconds"):
        return f"{stored}."
    rate = work["steps"] / work["seconds"]
    return f"{work['steps']} steps in {_length(work['seconds'])} ({rate:.1f} a second). {stored}."


def _delivery(data: Mapping[str, Any]) -> str:
    outcome = f"HTTP {data['status']}" if data["status"] is not None else str(data["error"] or "no answer")
    host = urlsplit(str(data["url"])).hostname or ""
    return f"{data['event']} to {host}: {outcome} after {data['milliseconds']} ms."


def _length(seconds: float) -> str:
    return duration(timedelta(seconds=seconds))


_NOTES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    EventType.JOB_ACCEPTED: _acceptance,
    EventType.JOB_QUEUED: _reason,
    EventType.JOB_STARTED: _start,
    EventType.JOB_REQUEUED: _reason,
    EventType.JOB_SUCCEEDED: _success,
    EventType.JOB_FAILED: _error,
    EventType.JOB_CANCELED: _error,
    WEBHOOK_ATTEMPT: _delivery,
}
