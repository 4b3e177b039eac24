"""Queries on workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.workers.models import Worker

ALIVE_FOR = timedelta(seconds=60)


def report(session: Session, worker_id: UUID, **values: Any) -> None:
    """Note that a worker lives, and what is new about it."""
    session.execute(
        update(Worker).where(Worker.id == worker_id).values(seen_at=func.clock_timestamp(), **values),
        execution_options={"synchronize_session": False},
    )


def living(session: Session) -> Sequence[Worker]:
    """Workers heard of within the last minute."""
    query = select(Worker).where(Worker.seen_at > func.now() - ALIVE_FOR)
    return session.scalars(query.order_by(Worker.queue, Worker.started_at)).all()
