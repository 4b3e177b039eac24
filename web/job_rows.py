"""The rows of many jobs of any workspace at once. Whoever asks has been found to be allowed to, job by job."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.db import session_scope
from shared.jobs import repository
from shared.jobs.document import job_summary
from shared.jobs.models import Job
from shared.jobs.queue_place import queue_place
from shared.jobs.states import TERMINAL, JobState
from web.subscription import Version, version_of


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job without its input."""

    summary: dict[str, Any]

    @property
    def version(self) -> Version:
        """What it is compared by."""
        return version_of(self.summary)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can happen to it."""
        return JobState(self.version[0]) in TERMINAL

    @property
    def is_waiting(self) -> bool:
        """Whether it has not begun, or is to begin again."""
        return self.version[0] in (JobState.WAITING, JobState.QUEUED)


def look(known: Mapping[UUID, JobRow | None]) -> dict[UUID, JobRow]:
    """The jobs' rows as they are now, those that are known and have not changed as they came.

    Raises ``DatabaseUnavailable``.
    """
    with session_scope() as session:
        query = select(Job.id, Job.state, Job.attempts).where(Job.id.in_(known))
        versions = {row.id: (row.state.value, row.attempts) for row in session.execute(query)}
        unchanged = {
            job_id: row
            for job_id, row in known.items()
            if row is not None and versions.get(job_id) == row.version and not row.has_ended
        }
        changed = versions.keys() - unchanged.keys()
        if not changed:
            return unchanged
        jobs = session.scalars(select(Job).where(Job.id.in_(changed))).all()
        names = repository.model_names(session, jobs)
        artifacts = repository.artifacts_of(session, [job.id for job in jobs])
        fresh = {job.id: JobRow(job_summary(job, names[job.model_id], artifacts.get(job.id, ()))) for job in jobs}
        return {**unchanged, **fresh}


def queue_place_of(job_id: UUID) -> dict[str, Any] | None:
    """Where one job stands; nothing once it has begun. Raises ``DatabaseUnavailable``."""
    return queue_places([job_id]).get(job_id)


def queue_places(job_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """Where jobs that have not begun stand; one that has is left out. Raises ``DatabaseUnavailable``."""
    with session_scope() as session:
        places = {job.id: queue_place(session, job) for job in session.scalars(select(Job).where(Job.id.in_(job_ids)))}
    return {job_id: place.document() for job_id, place in places.items() if place is not None}
