"""How fast forward batches of each size were on each kind of device, so that nobody has to guess a batch size."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Float, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class BatchMeasurement(Base):
    """Forward batches of one batch key and one size on one kind of device."""

    __tablename__ = "batch_measurements"
    __table_args__ = (
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("seconds_per_member > 0", name="takes_time"),
    )

    device: Mapped[str] = mapped_column(primary_key=True)
    """What the device calls itself, such as ``NVIDIA H200``."""
    batch_key: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(Integer, primary_key=True)
    seconds_per_member: Mapped[float | None] = mapped_column(Float)
    """Null: a batch of this size does not fit the device's memory."""
    measured_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
