"""What is paused: nothing of it is claimed until it is resumed; what runs is let finish."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, text_enum
from shared.identifiers import new_id
from shared.queue.names import QueueName


class Pause(Base):
    """One queue, one model or one workspace that stands still."""

    __tablename__ = "pauses"
    __table_args__ = (
        CheckConstraint("num_nonnulls(queue, model_id, workspace_id) = 1", name="one_thing"),
        UniqueConstraint("queue", "model_id", "workspace_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    queue: Mapped[QueueName | None] = mapped_column(text_enum(QueueName, "queue"))
    model_id: Mapped[UUID | None] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), index=True)
    workspace_id: Mapped[UUID | None] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    """For people; may be empty."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
