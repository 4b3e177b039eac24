"""Queries on workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from shared.workers.models import Worker, WorkerState

ALIVE_FOR = timedelta(seconds=60)
LEADER_LOCK = 0x64697370
"""The advisory lock of the dispatcher that leads."""

# A lock of one 64-bit key: its halves are classid and objid, and objsubid is 1.
_LEADERS = text(
    """
SELECT count(*) FROM pg_locks
 WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = CAST(:key AS bigint)::oid AND objsubid = 1
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
)


def report(session: Session, worker_id: UUID, **values: Any) -> bool:
    """Note that a worker lives, and what is new about it; returns whether it was known."""
    known = session.scalars(
        update(Worker)
        .where(Worker.id == worker_id)
        .values(seen_at=func.clock_timestamp(), **values)
        .returning(Worker.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    return known is not None


def living(session: Session) -> Sequence[Worker]:
    """Workers heard of within the last minute that have not said good-bye."""
    query = select(Worker).where(Worker.seen_at > func.now() - ALIVE_FOR, Worker.state != WorkerState.STOPPED)
    return session.scalars(query.order_by(Worker.queue, Worker.started_at)).all()


def dispatchers_leading(session: Session) -> int:
    """How many processes hold the dispatcher's lock: 1, or 0 while none leads."""
    return int(session.execute(_LEADERS, {"key": LEADER_LOCK}).scalar_one())
