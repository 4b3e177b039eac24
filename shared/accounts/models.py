"""Workspaces, their API keys, and the ledger of what they used."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Numeric, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base
from shared.identifiers import new_id


class Workspace(Base):
    """A tenant: everything else belongs to one."""

    __tablename__ = "workspaces"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'", name="slug_is_plain"),
        CheckConstraint("max_running > 0", name="max_running_positive"),
        CheckConstraint("keep_jobs_days > 0", name="keep_jobs_days_positive"),
        CheckConstraint("keep_files_days > 0", name="keep_files_days_positive"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    webhook_secret: Mapped[bytes]
    """Encrypted: signs the webhooks of jobs that name a URL of their own."""
    max_running: Mapped[int | None] = mapped_column(Integer)
    """How many of its jobs may run at once; null: as many as there are devices for."""
    keep_jobs_days: Mapped[int | None] = mapped_column(Integer)
    """Finished jobs, their files with them, are deleted after so many days; null: never."""
    keep_files_days: Mapped[int | None] = mapped_column(Integer)
    """Files of finished jobs are deleted after so many days, the jobs stay; null: with the jobs."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiKey(Base):
    """A key of a workspace. The key itself is shown once; only its keyed hash is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("octet_length(key_hash) = 32", name="hash_is_sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    prefix: Mapped[str]
    key_hash: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class UsageEntry(Base):
    """One charge. A job is charged once a kind, however often it ran."""

    __tablename__ = "usage_ledger"
    __table_args__ = (
        UniqueConstraint("job_id", "kind"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[UUID]
    """No foreign key: what was used stays on the books when the job is no longer kept."""
    kind: Mapped[str]
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """In the unit the kind names: ``device_seconds``, ``artifacts``."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
