"""Give batches that are due to a worker, one at a time: a lease and a fence, as for jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from shared.batches.models import Batch
from shared.errors import LeaseLost

_UNSYNCED = {"synchronize_session": False}
_CLAIM = text(
    """
UPDATE batches
   SET fence = nextval('job_fence'), failures = failures + 1,
       lease_until = clock_timestamp() + make_interval(secs => :lease_seconds)
 WHERE id = (SELECT id FROM batches
              WHERE due_at <= now() AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, workspace_id, fence, failures
"""
)


@dataclass(frozen=True, slots=True)
class Held:
    """A batch in a worker's hands, and the fence that proves it is still the worker's."""

    batch_id: UUID
    workspace_id: UUID
    fence: int
    failures: int
    """Looks at it before this one that ended without a word: their worker died, or our code failed."""


def claim(session: Session, lease_seconds: float) -> Held | None:
    """The batch that has been due for longest and that nobody holds."""
    row = session.execute(_CLAIM, {"lease_seconds": lease_seconds}).one_or_none()
    return None if row is None else Held(row.id, row.workspace_id, row.fence, row.failures - 1)


def hold(session: Session, held: Held, lease_seconds: float) -> Batch:
    """The batch, locked until the transaction ends, its lease prolonged by the commit.

    Raises ``LeaseLost`` when somebody moved it to another state or another worker has it.
    """
    query = select(Batch).where(Batch.id == held.batch_id, Batch.fence == held.fence, Batch.lease_until.is_not(None))
    batch = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if batch is None:
        raise LeaseLost("Somebody else holds the batch now.")
    lease_until = func.clock_timestamp() + timedelta(seconds=lease_seconds)
    session.execute(
        update(Batch).where(Batch.id == batch.id).values(lease_until=lease_until),
        execution_options=_UNSYNCED,
    )
    return batch


def renew(session: Session, held: Held, lease_seconds: float) -> None:
    """Prolong the lease while something is waited for. Raises ``LeaseLost``."""
    hold(session, held, lease_seconds)


def release(session: Session, held: Held, seconds: float | None, *, failed: bool = False) -> None:
    """Let go of it until ``seconds`` have passed, or for good; nothing happens where it is held no more."""
    due_at = None if seconds is None else func.clock_timestamp() + timedelta(seconds=seconds)
    values = {"lease_until": None, "due_at": due_at, **({"failures": held.failures + 1} if failed else {"failures": 0})}
    session.execute(
        update(Batch)
        .where(Batch.id == held.batch_id, Batch.fence == held.fence, Batch.lease_until.is_not(None))
        .values(**values),
        execution_options=_UNSYNCED,
    )


def is_due(session: Session) -> bool:
    """Whether a worker should look at any batch now: the dispatcher's question."""
    due = select(Batch.id).where(
        Batch.due_at <= func.now(), Batch.lease_until.is_(None) | (Batch.lease_until < func.now())
    )
    return bool(session.scalar(select(due.exists())))
