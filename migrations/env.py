"""Run migrations over the platform's own engine, one at a time across all processes."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from shared import schema
from shared.db import get_engine

_ONE_AT_A_TIME = 0x626F7474


def run() -> None:
    """Migrate under an advisory lock: of two stacks that start at once, the second finds the work done."""
    given = context.config.attributes.get("connection")
    with given or get_engine().connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ONE_AT_A_TIME})
        connection.commit()
        try:
            context.configure(
                connection=connection,
                target_metadata=schema.METADATA,
                compare_type=True,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ONE_AT_A_TIME})
            connection.commit()


run()
