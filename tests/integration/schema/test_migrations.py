"""The migrations: from empty to the models' schema, and back to empty."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from shared.schema import METADATA, alembic_config

LEFT_BEHIND = text(
    """
    SELECT relkind::text || ' ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'alembic_version%'
    UNION ALL SELECT 'policy ' || polname FROM pg_policy
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'type ' || typname FROM pg_type
     WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%alembic_version'
    """
)


def alembic(engine: Engine, action: Callable[..., object], *arguments: str) -> None:
    config: Config = alembic_config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        action(config, *arguments)


def left_behind(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(connection.scalars(LEFT_BEHIND))


def test_an_empty_database_is_migrated_up_down_to_nothing_and_up_again(empty_database: Engine) -> None:
    alembic(empty_database, command.upgrade, "head")
    first = left_behind(empty_database)
    assert {f"r {table}" for table in METADATA.tables} <= set(first)

    alembic(empty_database, command.downgrade, "base")
    assert left_behind(empty_database) == []

    alembic(empty_database, command.upgrade, "head")
    assert left_behind(empty_database) == first


def test_each_migration_can_be_undone_alone(empty_database: Engine) -> None:
    revisions = [found.revision for found in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    seen: dict[str, list[str]] = {}
    for revision in reversed(revisions):
        alembic(empty_database, command.upgrade, revision)
        seen[revision] = left_behind(empty_database)
    for revision in revisions[1:]:
        alembic(empty_database, command.downgrade, revision)
        assert left_behind(empty_database) == seen[revision], f"going back to {revision}"


def test_the_models_and_the_migrations_agree(empty_database: Engine) -> None:
    alembic(empty_database, command.upgrade, "head")

    alembic(empty_database, command.check)


def test_of_two_processes_that_migrate_at_once_the_second_finds_the_work_done(empty_database: Engine) -> None:
    environment = {**os.environ, "BOTTEGA_DATABASE_URL": empty_database.url.render_as_string(hide_password=False)}
    program = [sys.executable, "-c", "from shared.schema import migrate; migrate()"]

    migrating = [subprocess.Popen(program, env=environment) for _ in range(2)]

    assert [process.wait(timeout=60) for process in migrating] == [0, 0]
    assert {f"r {table}" for table in METADATA.tables} <= set(left_behind(empty_database))
