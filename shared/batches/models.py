"""Batches: a table of rows, what it is made into, and how far that is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, SmallInteger, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from shared.batches.states import BatchKind, BatchState, ExportState, ReviewState, SourceKind, SourceState
from shared.db import Base, text_enum
from shared.identifiers import new_id


class Batch(Base):
    """Rows of one table, submitted together: as jobs, or as the creatives of a campaign."""

    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint(
            "(state IN ('completed', 'canceled', 'failed')) = (finished_at IS NOT NULL)", name="ended_has_its_time"
        ),
        CheckConstraint("(state = 'failed') = (error_code IS NOT NULL)", name="failed_says_why"),
        Index(
            "uq_batches_idempotency_key",
            "workspace_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_batches_workspace_newest", "workspace_id", "id"),
        # Whose turn it is: the dispatcher's question, and a worker's.
        Index("ix_batches_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    kind: Mapped[BatchKind] = mapped_column(text_enum(BatchKind, "kind"))
    state: Mapped[BatchState] = mapped_column(text_enum(BatchState, "state"), default=BatchState.PLANNING)
    name: Mapped[str]
    spec: Mapped[dict[str, Any]]
    """What was asked for, complete: a campaign's templates and brand kit as they were then."""
    upload_id: Mapped[UUID | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"), index=True)
    """The table. Null: its rows came with the request, and are in ``batch_rows``; or it is no longer kept."""
    table_facts: Mapped[dict[str, Any] | None]
    """How the table is read; null where the rows came with the request."""
    idempotency_key: Mapped[str | None]
    request_hash: Mapped[bytes | None]
    priority: Mapped[int] = mapped_column(SmallInteger, default=20)
    """A ``Priority``: that of its jobs."""
    auto_launch: Mapped[bool] = mapped_column(server_default=text("false"))
    """Launched as soon as it is planned, without a person's word."""
    plan: Mapped[dict[str, Any] | None]
    """What it comes to: counts, what is generated, what it is likely to take."""
    rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """The number of the last row read; that of the table's last row once it is planned. Blank rows count."""
    bad_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    launched_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """The number of the last row whose jobs have been accepted: where launching goes on, until it is ``rows``."""
    items: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """What is made of the good rows: jobs, or creatives."""
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """Items by state, as of ``counted_at``."""
    counted_at: Mapped[datetime | None]
    fence: Mapped[int | None]
    """Of the worker that plans or launches it; as for jobs."""
    lease_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Looks at it, one after another, that ended without a word."""
    due_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    """When a worker should look at it next; null: there is nothing to do before somebody says so."""
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    planned_at: Mapped[datetime | None]
    launched_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class BatchRow(Base):
    """The cells of one row, kept where they are needed after planning: by campaigns, and for rows sent as a list."""

    __tablename__ = "batch_rows"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    """From 1, as people count; the header is none."""
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    custom_id: Mapped[str]
    cells: Mapped[dict[str, Any]]


class BatchProblem(Base):
    """What is wrong with one cell. Its row is left out, and no other."""

    __tablename__ = "batch_problems"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    """Among the problems of the row, from 0."""
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    column: Mapped[str]
    """Its heading; empty where it is the whole row."""
    code: Mapped[str]
    message: Mapped[str]


class BatchSource(Base):
    """A picture or a text that items share: generated once a key, however many use it."""

    __tablename__ = "batch_sources"
    __table_args__ = (
        CheckConstraint("octet_length(key) = 32", name="key_is_sha256"),
        Index("ix_batch_sources_pending", "batch_id", postgresql_where=text("state = 'pending'")),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of everything that decides it."""
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    kind: Mapped[SourceKind] = mapped_column(text_enum(SourceKind, "kind"))
    state: Mapped[SourceState] = mapped_column(text_enum(SourceState, "state"), default=SourceState.PENDING)
    request: Mapped[dict[str, Any]]
    """Model, input, and for a text its rules: enough to ask again with another seed."""
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    text: Mapped[str | None]
    reason: Mapped[str | None]


class BatchItem(Base):
    """One thing that a batch makes: a row's job, or a row's creative in one template, size and locale."""

    __tablename__ = "batch_items"
    __table_args__ = (
        Index(
            "uq_batch_items_place",
            "batch_id",
            "row",
            "template",
            "size",
            "locale",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_batch_items_job_id", "job_id"),
        # What waits to be submitted, most often for a text.
        Index(
            "ix_batch_items_waiting", "batch_id", "row", postgresql_where=text("job_id IS NULL AND error_code IS NULL")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"))
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    row: Mapped[int] = mapped_column(Integer)
    custom_id: Mapped[str]
    template: Mapped[str | None]
    size: Mapped[str | None]
    locale: Mapped[str | None]
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"))
    """Null: it waits to be submitted, or could not be (``error_code``). It is kept no longer than its job."""
    attempt: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    """Counts what was tried again or made anew."""
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """``{"cells": {column: text}, "seed": 7}``: what a reviewer had changed for it."""
    waits_for: Mapped[list[bytes] | None] = mapped_column(ARRAY(LargeBinary()))
    """Keys of the sources that it was last seen to wait for."""
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    review: Mapped[ReviewState] = mapped_column(text_enum(ReviewState, "review"), default=ReviewState.PENDING)
    review_reason: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]


class Export(Base):
    """A copy of a batch's results to somebody's own bucket."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_due", "due_at", postgresql_where=text("state IN ('queued', 'running')")),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), index=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id", ondelete="CASCADE"), index=True)
    state: Mapped[ExportState] = mapped_column(text_enum(ExportState, "state"), default=ExportState.QUEUED)
    target: Mapped[dict[str, Any]]
    """Endpoint, bucket, prefix, file-name pattern, whether approved ones only."""
    credentials: Mapped[bytes]
    """Encrypted."""
    copied: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    after: Mapped[UUID | None]
    """The last item that was copied: where a new try goes on."""
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    """Since a file was last copied."""
    fence: Mapped[int | None]
    lease_until: Mapped[datetime | None]
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    error_message: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
