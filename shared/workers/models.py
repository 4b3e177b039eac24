"""Worker processes, as they report themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, text_enum
from shared.identifiers import new_id
from shared.queue.names import QueueName


class WorkerState(StrEnum):
    """What a worker says of itself."""

    RUNNING = "running"
    DRAINING = "draining"
    """Finishes what it holds and claims nothing more."""
    STOPPED = "stopped"


class Worker(Base):
    """One worker process. One whose ``seen_at`` is old is gone, whatever its state says."""

    __tablename__ = "workers"
    __table_args__ = (Index("ix_workers_seen_at", "seen_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    queue: Mapped[QueueName] = mapped_column(text_enum(QueueName, "queue"))
    state: Mapped[WorkerState] = mapped_column(text_enum(WorkerState, "state"), default=WorkerState.RUNNING)
    host: Mapped[str]
    process_id: Mapped[int] = mapped_column(Integer)
    device: Mapped[str]
    model_name: Mapped[str | None]
    """The model it holds in memory."""
    jobs_done: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
