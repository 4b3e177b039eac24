"""Uploads with a state, facts and an end: the row before the object, and after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "uploads",
        sa.Column(
            "state",
            sa.Enum("storing", "kept", "removing", name="state", native_enum=False, create_constraint=True, length=32),
            server_default="kept",
            nullable=False,
        ),
    )
    # Of the rows there are; a new one says what it is.
    op.alter_column("uploads", "state", server_default=None)
    op.add_column(
        "uploads",
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.execute("UPDATE uploads SET expires_at = now() + interval '30 days' WHERE expires_at IS NULL")
    op.alter_column("uploads", "expires_at", nullable=False)
    op.create_index("ix_uploads_due", "uploads", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_uploads_due", "uploads")
    op.alter_column("uploads", "expires_at", nullable=True)
    op.drop_column("uploads", "facts")
    op.drop_constraint(op.f("ck_uploads_state"), "uploads")
    op.drop_column("uploads", "state")
