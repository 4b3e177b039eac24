"""Files that nobody refers to: what attempts left behind that did not become the job's outputs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.artifacts import repository as artifacts
from shared.clock import utc_now
from shared.db import session_scope
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState
from shared.storage.base import ObjectStore, StoredObject

KEPT_FOR = timedelta(hours=48)
_OUTPUTS = "w/"
_OUTPUT_KEY = re.compile(r"w/[0-9a-f-]{36}/j/([0-9a-f-]{36})/")


class OrphanSweep:
    """Looks through the store page by page, from where it stopped the last time, round and round."""

    def __init__(self, store: ObjectStore, page_size: int = 1000) -> None:
        self._store = store
        self._page_size = page_size
        self._after: str | None = None

    def look(self, pages: int, now: datetime | None = None) -> int:
        """Delete the orphans among the next objects, at most so many pages; returns how many.

        Ends early behind the last page. No transaction is open while the store is asked. Raises ``StoreUnavailable``
        and ``DatabaseUnavailable``; the next look begins where this one failed.
        """
        before = (now or utc_now()) - KEPT_FOR
        deleted = 0
        for _ in range(pages):
            page = self._store.list_page(_OUTPUTS, self._after, self._page_size)
            with session_scope() as session:
                orphans = find_orphans(session, page.objects, before)
            self._store.delete_many(orphans)
            deleted += len(orphans)
            self._after = page.next_after
            if self._after is None:
                break
        return deleted


def find_orphans(session: Session, objects: Sequence[StoredObject], before: datetime) -> list[str]:
    """The keys of those objects that are from before then, and no output, and of no job that runs.

    What a running job has stored may become its output. A key that no job can have made is left alone.
    """
    old = {
        item.key: UUID(match[1])
        for item in objects
        if item.modified_at < before and (match := _OUTPUT_KEY.match(item.key)) is not None
    }
    if not old:
        return []
    spared = artifacts.kept_keys(session, list(old))
    running = session.scalars(select(Job.id).where(Job.id.in_(old.values()), Job.state == JobState.RUNNING)).all()
    return [key for key, job_id in old.items() if key not in spared and job_id not in running]


def ended_jobs(session: Session, job_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Those of these jobs that have ended; one that is not known here is none of them."""
    return session.scalars(select(Job.id).where(Job.id.in_(job_ids), Job.state.in_(TERMINAL))).all()
