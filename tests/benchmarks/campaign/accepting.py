"""From a table to queued jobs, against COPY of the same bytes, and against COPY of the rows that were written.

Ours: the upload is looked into and stored, every cell is checked, what the rows come to is counted, each row's input
is completed, validated and hashed, equal jobs are looked for, jobs, first events and items are written under their
indexes. COPY of the table's bytes writes one row of text without any of that; COPY of the jobs', events' and items'
own rows into tables with the same indexes is what the database alone takes for them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import psycopg

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.batches import service
from shared.batches.request import BatchRequest
from shared.batches.states import BatchState
from shared.db import session_scope
from shared.storage.formats import FileKind
from shared.storage.s3 import get_store
from tests.benchmarks.campaign.tables import COLUMNS, INPUT, MODEL, table
from tests.benchmarks.engine.servers import database_url, empty_tables, new_workspaces, register_text_models
from tests.benchmarks.figure import Figure, at_least
from worker.batches.advance import Advancer

_WRITTEN = {"jobs": "batch_id IS NOT NULL", "events": "true", "batch_items": "true"}
_TURN_SECONDS = 600.0


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Pairs in turn: ours, then both COPYs."""
    rows, rounds = (5_000, 1) if quick else (100_000, 3)
    taken = [accept(folder, rows) for _ in range(rounds)]
    name = f"{rows:,} rows from upload to queued"
    for key, title, unit in (
        ("share_of_copy", f"{name} ÷ COPY of the same bytes", ""),
        ("share_of_own_copy", f"{name} ÷ COPY of the rows that it writes", ""),
        ("rows_a_second", name, "/s"),
        ("upload_seconds", "of that, upload", "s"),
        ("plan_seconds", "of that, plan", "s"),
        ("launch_seconds", "of that, launch", "s"),
        ("copy_seconds", "COPY of the same bytes", "s"),
        ("own_copy_seconds", "COPY of the rows that it writes, with their indexes", "s"),
    ):
        goal = at_least(0.5) if key == "share_of_copy" else None
        yield Figure.median("accepting", title, [each[key] for each in taken], unit, goal)


def accept(folder: Path, rows: int) -> dict[str, float]:
    """One round on empty tables, in seconds and shares of COPY's rate."""
    workspace_id = begin(folder)
    content = table(rows)
    began = time.perf_counter()
    upload_id = upload(workspace_id, content)
    uploaded = time.perf_counter()
    batch_id = submit(workspace_id, upload_id)
    advance(workspace_id, batch_id, BatchState.PLANNED)
    planned = time.perf_counter()
    with session_scope(workspace_id) as session:
        service.launch(session, workspace_id, batch_id)
    advance(workspace_id, batch_id, BatchState.RUNNING)
    queued = time.perf_counter()
    copied, copied_own = _copy(content), _copy_own_rows()
    return {
        "rows": rows,
        "bytes": len(content),
        "upload_seconds": uploaded - began,
        "plan_seconds": planned - uploaded,
        "launch_seconds": queued - planned,
        "copy_seconds": copied,
        "own_copy_seconds": copied_own,
        "rows_a_second": rows / (queued - began),
        "share_of_copy": copied / (queued - began),
        "share_of_own_copy": copied_own / (queued - began),
    }


def begin(folder: Path) -> UUID:
    """Empty tables, a model, and a workspace."""
    empty_tables()
    folder.mkdir(parents=True, exist_ok=True)
    register_text_models(folder, [MODEL])
    (workspace_id,) = new_workspaces(1)
    return workspace_id


def upload(workspace_id: UUID, content: bytes) -> UUID:
    """Send the table."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        with inspected(file, FileKind.TABLE) as found:
            return uploads.receive(get_store(), workspace_id, "products.csv", found).upload.id


def submit(workspace_id: UUID, upload_id: UUID) -> UUID:
    """Ask for a dry run."""
    asked: dict[str, Any] = {"name": "Teas", "table": {"upload": upload_id}, "model": MODEL, "input": INPUT}
    with session_scope(workspace_id) as session:
        request = BatchRequest.model_validate({**asked, "dry_run": True})
        return service.create_jobs(session, workspace_id, request).id


def advance(workspace_id: UUID, batch_id: UUID, wanted: BatchState) -> None:
    """Do a CPU worker's part until the batch is in that state."""
    while True:
        with session_scope(workspace_id) as session:
            state = service.get(session, workspace_id, batch_id).state
        if state is wanted:
            return
        assert state in (BatchState.PLANNING, BatchState.LAUNCHING), state
        Advancer(get_store()).advance_due(_TURN_SECONDS)


def _copy(content: bytes) -> float:
    """Seconds of COPY of the table's bytes into a table of text columns, committed."""
    columns = ", ".join(f"{column} text" for column in COLUMNS)
    with psycopg.connect(database_url()) as connection:
        connection.execute("DROP TABLE IF EXISTS plain_products")
        connection.execute(f"CREATE TABLE plain_products ({columns})")
        connection.commit()
        began = time.perf_counter()
        with connection.cursor().copy("COPY plain_products FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(content)
        connection.commit()
        return time.perf_counter() - began


def _copy_own_rows() -> float:
    """Seconds of COPY of what was written into tables with the same indexes and checks, committed."""
    seconds = 0.0
    with psycopg.connect(database_url()) as connection, tempfile.TemporaryFile() as file:
        for name, written in _WRITTEN.items():
            file.seek(0)
            file.truncate()
            query = f"COPY (SELECT * FROM {name} WHERE {written}) TO STDOUT (FORMAT binary)"
            with connection.cursor().copy(cast(Any, query)) as copy:
                for chunk in copy:
                    file.write(chunk)
            like = f"CREATE TABLE own_{name} (LIKE {name} INCLUDING INDEXES INCLUDING CONSTRAINTS)"
            connection.execute(cast(Any, like))
            connection.commit()
            file.seek(0)
            began = time.perf_counter()
            with connection.cursor().copy(cast(Any, f"COPY own_{name} FROM STDIN (FORMAT binary)")) as copy:
                while chunk := file.read(1 << 20):
                    copy.write(chunk)
            connection.commit()
            seconds += time.perf_counter() - began
            connection.execute(cast(Any, f"DROP TABLE own_{name}"))
            connection.commit()
    return seconds
