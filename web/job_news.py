"""What happens to one job, as it happens: read from its Redis stream, checked against its row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs import progress, repository
from shared.jobs.document import job_summary
from shared.jobs.states import TERMINAL, JobState
from web.shutdown import is_stopping

_TICK_MILLISECONDS = 500
_LOOK_AT_ROW_SECONDS = 2.0
FROM_THE_START = "0"


@dataclass(frozen=True, slots=True)
class JobNews:
    """One thing that happened: ``kind`` is ``state``, ``progress``, ``preview`` or, last of all, ``end``.

    ``id`` is the place in the stream to resume after; news of the row itself has none.
    """

    kind: str
    data: dict[str, Any]
    id: str | None = None


def watch(workspace_id: UUID, job_id: UUID, after: str = FROM_THE_START) -> Iterator[JobNews | None]:
    """News until the job has ended or this process stops; ``None`` about twice a second when there is none.

    The row is looked at every two seconds, in a transaction of its own: Redis may lose everything without
    leaving anybody waiting. No connection is held in between.
    """
    said: tuple[str, int] | None = None
    looked_at = float("-inf")
    block = 1
    while not is_stopping():
        for entry in _follow(job_id, after, block):
            after, block = entry.id, _TICK_MILLISECONDS
            if entry.kind == "state":
                if _version(entry.data) == said:
                    continue
                said = _version(entry.data)
            yield JobNews(entry.kind, entry.data, entry.id)
        block = _TICK_MILLISECONDS
        if (said and _has_ended(said)) or time.monotonic() - looked_at >= _LOOK_AT_ROW_SECONDS:
            looked_at = time.monotonic()
            summary = _look_at_row(workspace_id, job_id)
            if summary is not None:
                if _version(summary) != said:
                    said = _version(summary)
                    yield JobNews("state", summary)
                if _has_ended(said):
                    yield JobNews("end", summary)
                    return
        yield None


def _follow(job_id: UUID, after: str, block_milliseconds: int) -> Iterator[progress.ProgressEntry]:
    try:
        yield from progress.follow(job_id, after, block_milliseconds)
    except redis.RedisError:
        time.sleep(_TICK_MILLISECONDS / 1000)


def _look_at_row(workspace_id: UUID, job_id: UUID) -> dict[str, Any] | None:
    """The job without its input; nothing while the database does not answer."""
    try:
        with session_scope(workspace_id) as session:
            job = repository.get_job(session, workspace_id, job_id)
            name = repository.model_names(session, [job])[job.model_id]
            return job_summary(job, name, repository.artifacts_of(session, [job.id]).get(job.id, ()))
    except DatabaseUnavailable:
        return None


def _version(summary: dict[str, Any]) -> tuple[str, int]:
    return summary["state"], summary["attempts"]


def _has_ended(version: tuple[str, int]) -> bool:
    return JobState(version[0]) in TERMINAL
