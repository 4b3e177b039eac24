"""Fences for jobs and deliveries, and row-level security between workspaces.

The web runs a workspace's requests under a role of its own, ``bottega_tenant``, which sees the rows of the
workspace named by ``bottega.workspace_id`` in the transaction, and no others. FORCE makes the tables' owner obey
too, with a policy that lets it see everything: workers and the dispatcher serve all workspaces.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROLE = "bottega_tenant"
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
THIS_WORKSPACE = "nullif(current_setting('bottega.workspace_id', true), '')::uuid"


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


def isolate(table: str, column: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} TO {ROLE} USING ({column} = {THIS_WORKSPACE})")
    op.execute(f"CREATE POLICY platform ON {table} TO CURRENT_USER USING (true)")


def downgrade() -> None:
    for table in (*TENANT_TABLES, "workspaces"):
        op.execute(f"DROP POLICY tenant ON {table}")
        op.execute(f"DROP POLICY platform ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    # The role belongs to the whole server, where another database may use it: only its rights here go.
    op.execute(f"DROP OWNED BY {ROLE}")
    op.execute("DROP SEQUENCE job_fence")
