"""Events: one row a thing that happened, written in the transaction that made it happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, text_enum
from shared.events.types import EventType
from shared.identifiers import new_id


class Event(Base):
    """One thing that happened. Its id is the ``webhook-id`` of every delivery of it."""

    __tablename__ = "events"
    __table_args__ = (
        # A job is accepted, and ends, once; it can be started and requeued many times, once a fence.
        Index(
            "uq_events_once_a_job",
            "job_id",
            "type",
            unique=True,
            postgresql_where=text("type NOT IN ('job.started', 'job.requeued', 'webhook.test')"),
        ),
        Index("ix_events_job_id_sequence", "job_id", "sequence"),
        CheckConstraint("type NOT LIKE 'job.%' OR job_id IS NOT NULL", name="job_events_have_a_job"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    type: Mapped[EventType] = mapped_column(text_enum(EventType, "type"))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
