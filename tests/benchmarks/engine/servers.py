"""Postgres, Redis and the object store of this run, with this process's settings pointing at them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from shared.accounts.service import create_workspace
from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.catalog.revision import folder_revision
from shared.catalog.service import forget_models
from shared.config import get_settings
from shared.db import Base, get_engine, session_scope
from shared.logging import configure_logging
from shared.queue.redis import get_redis
from shared.schema import migrate
from shared.stack import Stack
from shared.storage.s3 import get_store


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[Stack]:
    """Migrated servers. What this process logs, as a worker would, goes to a file beside theirs."""
    with Stack(folder, processes=[], say=lambda _line: None) as stack:
        os.environ.update(stack.environment)
        log = (folder / "logs" / "benchmark.log").open("w", encoding="utf-8")
        with log, contextlib.redirect_stderr(log):
            configure_logging("benchmark")
            migrate()
            get_store().ensure_bucket()
            yield stack
            get_engine().dispose()


def empty_tables() -> None:
    """Begin anew: no rows, no entries in Redis, fences from 1."""
    tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
    with get_engine().begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        connection.execute(text("ALTER SEQUENCE job_fence RESTART"))
    get_redis().flushdb()
    forget_models()


def new_workspaces(count: int) -> list[UUID]:
    """That many tenants."""
    with session_scope() as session:
        return [create_workspace(session, f"tenant-{number}", f"Tenant {number}").id for number in range(count)]


def register_text_models(folder: Path, names: list[str]) -> None:
    """Catalog entries of the text family whose weights are an empty folder."""
    weights = folder / "weights"
    weights.mkdir(exist_ok=True)
    with session_scope() as session:
        for name in names:
            repository.register(
                session,
                name=name,
                family=FamilyName.TEXT,
                source=f"file:{weights}",
                revision=folder_revision(weights),
                title=name,
                defaults={},
                limits={},
                licence="Apache-2.0",
            )


def database_url() -> str:
    """The database of these servers, as psycopg takes it."""
    return str(get_settings().database_url).replace("postgresql+psycopg", "postgresql")
