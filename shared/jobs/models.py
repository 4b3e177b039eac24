"""The job and what hangs on it. The CHECKs repeat the state machine's invariants."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, text_enum
from shared.identifiers import new_id
from shared.jobs.states import DependencyFailure, JobState
from shared.queue.names import QueueName

_QUEUED = text("state = 'queued'")
_TERMINAL = "state IN ('succeeded', 'failed', 'canceled')"


class Job(Base):
    """One run of one model on one typed input."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint(f"({_TERMINAL}) = (finished_at IS NOT NULL)", name="terminal_has_its_time"),
        CheckConstraint(
            "(state = 'running') = (lease_until IS NOT NULL)",
            name="running_has_a_lease",
        ),
        CheckConstraint(
            "state <> 'running' OR (fence IS NOT NULL AND worker_id IS NOT NULL AND started_at IS NOT NULL)",
            name="running_has_a_fence",
        ),
        CheckConstraint("state <> 'failed' OR error_code IS NOT NULL", name="failed_says_why"),
        CheckConstraint("error_code IS NULL OR state IN ('failed', 'canceled')", name="only_an_end_has_an_error"),
        CheckConstraint("attempts BETWEEN 0 AND max_attempts", name="attempts_in_bounds"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_is_sha256"),
        CheckConstraint("output_count > 0", name="yields_something"),
        # A claim's skip scan over (priority, workspace, model), then the oldest of each.
        Index(
            "ix_jobs_claim",
            "queue",
            "priority",
            "workspace_id",
            "model_id",
            "run_after",
            "id",
            postgresql_where=_QUEUED,
        ),
        # A claim's members: what may share the head's forward pass, of each workspace.
        Index(
            "ix_jobs_batch_key",
            "batch_key",
            "priority",
            "workspace_id",
            "run_after",
            "id",
            postgresql_where=_QUEUED,
        ),
        Index("ix_jobs_lease", "lease_until", postgresql_where=text("state = 'running'")),
        Index(
            "ix_jobs_running",
            "queue",
            "workspace_id",
            "model_id",
            postgresql_where=text("state = 'running'"),
        ),
        # Which workspace was served longest ago: fences only grow.
        Index(
            "ix_jobs_served",
            "queue",
            "workspace_id",
            "fence",
            postgresql_where=text("fence IS NOT NULL"),
        ),
        # The dispatcher's question: is anything due?
        Index("ix_jobs_due", "queue", "run_after", postgresql_where=_QUEUED),
        # What waits, by class and model: a bounded count and the oldest of each, for the metrics.
        Index("ix_jobs_backlog", "queue", "priority", "model_id", "run_after", postgresql_where=_QUEUED),
        # The newest job of a fingerprint, whose outputs an equal one may take over.
        Index("ix_jobs_fingerprint", "workspace_id", "fingerprint", "id"),
        Index("ix_jobs_twin", "twin_id", postgresql_where=text("twin_id IS NOT NULL")),
        # Whose time has run out before they began.
        Index(
            "ix_jobs_expires",
            "expires_at",
            postgresql_where=text("expires_at IS NOT NULL AND state IN ('waiting', 'queued')"),
        ),
        # What a workspace no longer keeps.
        Index("ix_jobs_finished", "workspace_id", "finished_at", postgresql_where=text("finished_at IS NOT NULL")),
        Index("ix_jobs_workspace_newest", "workspace_id", "id"),
        # The jobs of a batch, by state: to pause, to call off, to try again.
        Index("ix_jobs_batch_id", "batch_id", "state", postgresql_where=text("batch_id IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    model_id: Mapped[UUID] = mapped_column(ForeignKey("models.id"), index=True)
    queue: Mapped[QueueName] = mapped_column(text_enum(QueueName, "queue"))
    state: Mapped[JobState] = mapped_column(text_enum(JobState, "state"))
    priority: Mapped[int] = mapped_column(SmallInteger)
    """A ``Priority``."""
    input: Mapped[dict[str, Any]]
    """Normalised: defaults filled in, the seed drawn."""
    output_count: Mapped[int] = mapped_column(Integer)
    fingerprint: Mapped[bytes]
    """SHA-256 of model revision + normalised input: equal fingerprints give equal outputs."""
    batch_id: Mapped[UUID | None]
    """The batch that it was accepted for. No foreign key: batches know of jobs, jobs know nothing of batches."""
    twin_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"))
    """The job of the same fingerprint whose outputs this one takes over, once that has succeeded."""
    batch_key: Mapped[str]
    """Jobs of one batch key may share a forward batch."""
    labels: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """The caller's own words about the job, given back as they came."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    max_attempts: Mapped[int] = mapped_column(Integer, default=3)
    runs_alone: Mapped[bool] = mapped_column(server_default=text("false"))
    """Its forward batch crashed before: a poison job must not take neighbours down twice."""
    fence: Mapped[int | None]
    worker_id: Mapped[UUID | None]
    lease_until: Mapped[datetime | None]
    run_after: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    """It must have begun by then."""
    on_dependency_failure: Mapped[DependencyFailure] = mapped_column(
        text_enum(DependencyFailure, "on_dependency_failure"), server_default=DependencyFailure.FAIL.value
    )
    cancel_requested_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    webhook_url: Mapped[str | None]
    webhook_events: Mapped[list[str] | None]
    """Which events go to ``webhook_url``; left out, the terminal ones."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class JobDependency(Base):
    """``job_id`` runs after ``needs_job_id`` has succeeded."""

    __tablename__ = "job_dependencies"
    __table_args__ = (CheckConstraint("job_id <> needs_job_id", name="not_on_itself"),)

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    needs_job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True, index=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))


class IdempotencyKey(Base):
    """What a request that carried a key was answered, so that its repeat gets the same answer."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_expires_at", "expires_at"),)

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]
    job_id: Mapped[UUID] = mapped_column(
        ForeignKey("jobs.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"), index=True
    )
    response: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
