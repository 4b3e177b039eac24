"""The catalog's entries: family + weights + revision + defaults."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.catalog.families import FamilyName
from shared.db import Base, text_enum
from shared.identifiers import new_id


class ModelState(StrEnum):
    """Whether jobs may name a model."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"
    """For good: its jobs are still told of it, nothing lists it any more."""


STANDARD_CLASS = "standard"


class Model(Base):
    """One model that jobs can name."""

    __tablename__ = "models"
    __table_args__ = (
        CheckConstraint(
            "name ~ '^[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*$'",
            name="name_has_owner",
        ),
        CheckConstraint("max_running > 0", name="max_running_positive"),
        CheckConstraint("memory_bytes > 0", name="memory_bytes_positive"),
        CheckConstraint("resource_class ~ '^[a-z0-9][a-z0-9-]{0,30}$'", name="resource_class_is_plain"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    family: Mapped[FamilyName] = mapped_column(text_enum(FamilyName, "family"))
    state: Mapped[ModelState] = mapped_column(text_enum(ModelState, "state"), default=ModelState.ENABLED)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    source: Mapped[str]
    """Where the weights come from, as ``shared.catalog.sources`` reads it."""
    revision: Mapped[str]
    """What the weights are: the hash of the folder's files, or a hub commit; empty until they are first pulled.

    Part of every fingerprint.
    """
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How a worker loads it, as ``shared.catalog.options`` reads it."""
    memory_bytes: Mapped[int | None]
    """Device memory that it takes when loaded: measured, or else the size of its weights; null: not known."""
    resource_class: Mapped[str] = mapped_column(default=STANDARD_CLASS)
    """Which workers run it: those that serve this class, or every class."""
    defaults: Mapped[dict[str, Any]]
    """Input fields that a job may leave out, and what they are then."""
    limits: Mapped[dict[str, Any]]
    """Bounds narrower than the family's: ``{"width": {"maximum": 512, "multiple_of": 16}}``."""
    licence: Mapped[str]
    max_running: Mapped[int | None] = mapped_column(Integer)
    """How many of its jobs may run at once on all workers; null: any number."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


class ModelAllowance(Base):
    """A model that a workspace may use. A workspace without any may use all."""

    __tablename__ = "model_allowances"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id", ondelete="CASCADE"), primary_key=True, index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
