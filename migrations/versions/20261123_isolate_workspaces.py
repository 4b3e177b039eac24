"""Fences for jobs and deliveries, and row-level security between workspaces.

The web runs a workspace's requests under a role of its own, ``bottega_tenant``, which sees the rows of the
workspace named by ``bottega.workspace_id`` in the transaction, and no others. FORCE makes the tables' owner obey
too, with a policy that lets it see everything: workers and the dispatcher serve all workspaces.
"""

from __future__ import annotations

from alembic import op

from migrations.isolation import ROLE, isolate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TENANT_TABLES = (
    "api_keys",
    "artifacts",
    "events",
    "idempotency_keys",
    "job_dependencies",
    "jobs",
    "uploads",
    "usage_ledger",
    "webhook_attempts",
    "webhook_breakers",
    "webhook_deliveries",
    "webhook_endpoints",
)
SHARED_TABLES = ("models", "workers")


def upgrade() -> None:
    op.execute("CREATE SEQUENCE job_fence")
    op.execute(
        f"DO $$ BEGIN CREATE ROLE {ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    op.execute(f"GRANT {ROLE} TO CURRENT_USER")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    op.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    for table in TENANT_TABLES:
        isolate(table, "workspace_id")
    isolate("workspaces", "id")
    for table in SHARED_TABLES:
        op.execute(f"GRANT SELECT ON {table} TO {ROLE}")


def downgrade() -> None:
    for table in (*TENANT_TABLES, "workspaces"):
        op.execute(f"DROP POLICY tenant ON {table}")
        op.execute(f"DROP POLICY platform ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    # The role belongs to the whole server, where another database may use it: only its rights here go.
    op.execute(f"DROP OWNED BY {ROLE}")
    op.execute("DROP SEQUENCE job_fence")
