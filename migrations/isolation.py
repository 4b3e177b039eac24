"""Row-level security for a table: a workspace's requests see its own rows, the platform's processes see all."""

from __future__ import annotations

from alembic import op

ROLE = "bottega_tenant"
_THIS_WORKSPACE = "nullif(current_setting('bottega.workspace_id', true), '')::uuid"


def isolate(table: str, column: str) -> None:
    """Let the tenant role see only the rows whose ``column`` is the transaction's workspace."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} TO {ROLE} USING ({column} = {_THIS_WORKSPACE})")
    op.execute(f"CREATE POLICY platform ON {table} TO CURRENT_USER USING (true)")
