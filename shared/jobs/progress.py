"""Live progress of a job: a short Redis stream. Losing it loses nothing but the view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import redis

from shared.logging import get_logger
from shared.queue.redis import OUTAGE, get_redis

log = get_logger(__name__)

_KEEP_ENTRIES = 400
_KEEP_SECONDS = 3600
WATCHED_SECONDS = 15
"""How long a job counts as watched after the last time that somebody said so."""


@dataclass(frozen=True, slots=True)
class ProgressEntry:
    """One thing that was said; ``id`` resumes after it.

    ``kind`` is ``state``, ``loading`` (how far its model is), ``progress``, ``preview`` (a picture so far) or ``text``.
    """

    id: str
    kind: str
    data: dict[str, Any]


def publish(entries: Iterable[tuple[UUID, str, Mapping[str, Any]]]) -> frozenset[UUID]:
    """Append ``(job id, kind, data)`` entries in one round trip; returns the jobs that somebody watches.

    A dead Redis is logged, never raised, and left alone for a while.
    """
    said = list(entries)
    if OUTAGE.lasts():
        return frozenset()
    try:
        pipe = get_redis().pipeline(transaction=False)
        for job_id, kind, data in said:
            key = _key(job_id)
            pipe.xadd(key, {"kind": kind, "data": json.dumps(data)}, maxlen=_KEEP_ENTRIES, approximate=True)
            pipe.expire(key, _KEEP_SECONDS)
            pipe.exists(_watched_key(job_id))
        answers = pipe.execute()
    except redis.RedisError as error:
        OUTAGE.begin()
        log.warning("progress_not_published", error=type(error).__name__)
        return frozenset()
    return frozenset(job_id for (job_id, _, _), watched in zip(said, answers[2::3], strict=True) if watched)


def latest(job_id: UUID) -> dict[str, Any] | None:
    """The newest ``progress`` entry's data; nothing when there is none or Redis is away."""
    try:
        found = cast(list[Any], get_redis().xrevrange(_key(job_id), count=10))
    except redis.RedisError:
        return None
    return next((entry.data for entry in map(_entry, found) if entry.kind == "progress"), None)


def follow(after: Mapping[UUID, str], block_milliseconds: int | None = None) -> list[tuple[UUID, ProgressEntry]]:
    """What was said of some jobs later than the entries named, oldest first for each; one round trip for all.

    Waits up to the given time for the first; without one it answers at once. Raises ``redis.RedisError``.
    """
    if not after:
        return []
    job_ids = {_key(job_id).encode(): job_id for job_id in after}
    places: dict[Any, Any] = {_key(job_id): place for job_id, place in after.items()}
    answer = cast(list[Any], get_redis().xread(places, block=block_milliseconds))
    return [(job_ids[key], _entry(raw)) for key, found in answer or [] for raw in found]


def mark_watched(job_ids: Iterable[UUID]) -> None:
    """Note for a while that somebody looks: previews are made only of jobs that are. Raises ``redis.RedisError``."""
    pipe = get_redis().pipeline(transaction=False)
    for job_id in job_ids:
        pipe.set(_watched_key(job_id), b"", ex=WATCHED_SECONDS)
    pipe.execute()


def _entry(raw: tuple[bytes, dict[bytes, bytes]]) -> ProgressEntry:
    entry_id, fields = raw
    return ProgressEntry(entry_id.decode(), fields[b"kind"].decode(), json.loads(fields[b"data"]))


def _key(job_id: UUID) -> str:
    return f"bottega:job:{job_id}:progress"


def _watched_key(job_id: UUID) -> str:
    return f"bottega:job:{job_id}:watched"
