"""Live progress of a job: a short Redis stream. Losing it loses nothing but the view."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

import redis

from shared.logging import get_logger
from shared.queue.redis import OUTAGE, get_redis

log = get_logger(__name__)

_KEEP_ENTRIES = 400
_KEEP_SECONDS = 3600
_WATCHED_SECONDS = 15


@dataclass(frozen=True, slots=True)
class ProgressEntry:
    """One thing that was said: ``kind`` is ``state``, ``progress`` or ``preview``; ``id`` resumes after it."""

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


def follow(job_id: UUID, after: str = "0", block_milliseconds: int = 500) -> Iterator[ProgressEntry]:
    """Entries later than ``after``, waiting up to the given time for the first. Raises ``redis.RedisError``.

    Following marks the job as watched for a while: previews are made only for jobs that are.
    """
    client = get_redis()
    client.set(_watched_key(job_id), b"", ex=_WATCHED_SECONDS)
    answer = cast(list[Any], client.xread({_key(job_id): after}, block=block_milliseconds, count=100))
    for _, found in answer or []:
        yield from map(_entry, found)


def _entry(raw: tuple[bytes, dict[bytes, bytes]]) -> ProgressEntry:
    entry_id, fields = raw
    return ProgressEntry(entry_id.decode(), fields[b"kind"].decode(), json.loads(fields[b"data"]))


def _key(job_id: UUID) -> str:
    return f"bottega:job:{job_id}:progress"


def _watched_key(job_id: UUID) -> str:
    return f"bottega:job:{job_id}:watched"
