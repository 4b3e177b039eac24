"""What a model needs and how it is loaded, models that were taken out of use for good, and who may use which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.isolation import isolate

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "models",
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.alter_column("models", "options", server_default=None)
    op.add_column("models", sa.Column("resource_class", sa.Text(), server_default="standard", nullable=False))
    op.alter_column("models", "resource_class", server_default=None)
    op.create_check_constraint(
        op.f("ck_models_resource_class_is_plain"), "models", "resource_class ~ '^[a-z0-9][a-z0-9-]{0,30}$'"
    )
    op.add_column("models", sa.Column("memory_bytes", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_models_memory_bytes_positive"), "models", "memory_bytes > 0")
    _states("enabled", "disabled", "removed")
    op.create_table(
        "model_allowances",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("model_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "model_id", name=op.f("pk_model_allowances")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_model_allowances_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["model_id"], ["models.id"], name=op.f("fk_model_allowances_model_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_model_allowances_model_id", "model_allowances", ["model_id"])
    isolate("model_allowances", "workspace_id")


def downgrade() -> None:
    op.drop_table("model_allowances")
    op.execute("UPDATE models SET state = 'disabled' WHERE state = 'removed'")
    _states("enabled", "disabled")
    op.drop_column("models", "memory_bytes")
    op.drop_column("models", "resource_class")
    op.drop_column("models", "options")


def _states(*names: str) -> None:
    op.drop_constraint(op.f("ck_models_state"), "models")
    listed = ", ".join(f"'{name}'" for name in names)
    op.create_check_constraint(op.f("ck_models_state"), "models", f"state IN ({listed})")
