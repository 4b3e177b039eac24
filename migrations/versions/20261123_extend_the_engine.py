"""Pauses, caps, retention, equal jobs that share outputs, measured batch sizes; claims by lane of model too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.isolation import ROLE, isolate

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

QUEUED = sa.text("state = 'queued'")
RUNNING = sa.text("state = 'running'")
EVENTS_BEFORE = (
    "job.accepted",
    "job.started",
    "job.requeued",
    "job.succeeded",
    "job.failed",
    "job.canceled",
    "webhook.test",
)


def upgrade() -> None:
    _create_pauses()
    _create_batch_measurements()
    _extend_workspaces_and_models()
    _extend_jobs()
    _extend_files_and_ledger()
    _allow_events((*EVENTS_BEFORE, "job.queued"))


def _create_pauses() -> None:
    op.create_table(
        "pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "queue",
            sa.Enum("generation", "delivery", name="queue", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("model_id", sa.Uuid(), nullable=True),
        sa.Column("workspace_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("num_nonnulls(queue, model_id, workspace_id) = 1", name=op.f("ck_pauses_one_thing")),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_pauses_model_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_pauses_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pauses")),
        sa.UniqueConstraint(
            "queue",
            "model_id",
            "workspace_id",
            name=op.f("uq_pauses_queue_model_id_workspace_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_pauses_model_id"), "pauses", ["model_id"])
    op.create_index(op.f("ix_pauses_workspace_id"), "pauses", ["workspace_id"])
    isolate("pauses", "workspace_id")


def _create_batch_measurements() -> None:
    op.create_table(
        "batch_measurements",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("batch_key", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seconds_per_member", sa.Float(), nullable=True),
        sa.Column("measured_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_batch_measurements_size_positive")),
        sa.CheckConstraint("seconds_per_member > 0", name=op.f("ck_batch_measurements_takes_time")),
        sa.PrimaryKeyConstraint("device", "batch_key", "size", name=op.f("pk_batch_measurements")),
    )
    op.execute(f"GRANT SELECT ON batch_measurements TO {ROLE}")


def _extend_workspaces_and_models() -> None:
    for name in ("max_running", "keep_jobs_days", "keep_files_days"):
        op.add_column("workspaces", sa.Column(name, sa.Integer(), nullable=True))
        op.create_check_constraint(op.f(f"ck_workspaces_{name}_positive"), "workspaces", f"{name} > 0")
    op.add_column("models", sa.Column("max_running", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_models_max_running_positive"), "models", "max_running > 0")


def _extend_jobs() -> None:
    op.add_column("jobs", sa.Column("twin_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_jobs_twin_id"), "jobs", "jobs", ["twin_id"], ["id"], ondelete="SET NULL")
    op.add_column(
        "jobs",
        sa.Column(
            "on_dependency_failure",
            sa.Enum(
                "fail",
                "skip",
                name="on_dependency_failure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="fail",
            nullable=False,
        ),
    )
    op.drop_constraint(op.f("ck_jobs_failed_says_why"), "jobs")
    op.create_check_constraint(op.f("ck_jobs_failed_says_why"), "jobs", "state <> 'failed' OR error_code IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_jobs_only_an_end_has_an_error"), "jobs", "error_code IS NULL OR state IN ('failed', 'canceled')"
    )
    for name in ("ix_jobs_claim", "ix_jobs_running", "ix_jobs_fingerprint"):
        op.drop_index(name, "jobs")
    op.create_index(
        "ix_jobs_claim",
        "jobs",
        ["queue", "priority", "workspace_id", "model_id", "run_after", "id"],
        postgresql_where=QUEUED,
    )
    op.create_index("ix_jobs_running", "jobs", ["queue", "workspace_id", "model_id"], postgresql_where=RUNNING)
    op.create_index("ix_jobs_fingerprint", "jobs", ["workspace_id", "fingerprint", "id"])
    op.create_index("ix_jobs_twin", "jobs", ["twin_id"], postgresql_where=sa.text("twin_id IS NOT NULL"))
    op.create_index(
        "ix_jobs_expires",
        "jobs",
        ["expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL AND state IN ('waiting', 'queued')"),
    )
    op.create_index(
        "ix_jobs_finished",
        "jobs",
        ["workspace_id", "finished_at"],
        postgresql_where=sa.text("finished_at IS NOT NULL"),
    )


def _extend_files_and_ledger() -> None:
    op.drop_constraint(op.f("uq_artifacts_object_key"), "artifacts")
    op.create_index("ix_artifacts_object_key", "artifacts", ["object_key"])
    op.add_column("artifacts", sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index(
        "ix_artifacts_kept",
        "artifacts",
        ["workspace_id", "created_at"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(op.f("ix_idempotency_keys_job_id"), "idempotency_keys", ["job_id"])
    op.drop_constraint(op.f("fk_usage_ledger_job_id"), "usage_ledger")


def _allow_events(types: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_events_type"), "events")
    listed = ", ".join(f"'{name}'" for name in types)
    op.create_check_constraint(op.f("ck_events_type"), "events", f"type IN ({listed})")


def downgrade() -> None:
    """Rows that the older schema cannot hold are given up: events, files and charges it has no words for."""
    op.execute("DELETE FROM events WHERE type = 'job.queued'")
    _allow_events(EVENTS_BEFORE)
    op.execute("DELETE FROM usage_ledger WHERE job_id NOT IN (SELECT id FROM jobs)")
    op.create_foreign_key(
        op.f("fk_usage_ledger_job_id"), "usage_ledger", "jobs", ["job_id"], ["id"], ondelete="CASCADE"
    )
    op.drop_index(op.f("ix_idempotency_keys_job_id"), "idempotency_keys")
    op.drop_index("ix_artifacts_kept", "artifacts")
    op.drop_column("artifacts", "removed_at")
    op.execute(
        "DELETE FROM artifacts USING artifacts AS older"
        " WHERE artifacts.object_key = older.object_key AND artifacts.id > older.id"
    )
    op.drop_index("ix_artifacts_object_key", "artifacts")
    op.create_unique_constraint(op.f("uq_artifacts_object_key"), "artifacts", ["object_key"])
    for name in ("ix_jobs_finished", "ix_jobs_expires", "ix_jobs_twin"):
        op.drop_index(name, "jobs")
    for name in ("ix_jobs_claim", "ix_jobs_running", "ix_jobs_fingerprint"):
        op.drop_index(name, "jobs")
    op.create_index(
        "ix_jobs_claim",
        "jobs",
        ["queue", "priority", "workspace_id", "run_after", "id"],
        postgresql_where=QUEUED,
    )
    op.create_index("ix_jobs_running", "jobs", ["queue", "workspace_id"], postgresql_where=RUNNING)
    op.create_index("ix_jobs_fingerprint", "jobs", ["workspace_id", "fingerprint"])
    op.drop_constraint(op.f("ck_jobs_only_an_end_has_an_error"), "jobs")
    op.drop_constraint(op.f("ck_jobs_failed_says_why"), "jobs")
    op.execute("UPDATE jobs SET error_code = NULL, error_message = NULL WHERE state = 'canceled'")
    op.create_check_constraint(op.f("ck_jobs_failed_says_why"), "jobs", "(state = 'failed') = (error_code IS NOT NULL)")
    op.drop_column("jobs", "on_dependency_failure")
    op.drop_column("jobs", "twin_id")
    op.drop_column("models", "max_running")
    for name in ("max_running", "keep_jobs_days", "keep_files_days"):
        op.drop_column("workspaces", name)
    op.drop_table("batch_measurements")
    op.drop_table("pauses")
