"""Write down a new batch: once a key, with the rows that came along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.orm import Session

from shared.artifacts import uploads
from shared.artifacts.models import Upload
from shared.artifacts.uploads import KEPT_UNUSED
from shared.batches import repository
from shared.batches.models import Batch
from shared.batches.states import BatchKind, BatchState
from shared.errors import IdempotencyKeyReused, InputRefused, NotFound
from shared.identifiers import new_id
from shared.jobs.idempotency import MAX_KEY_CHARACTERS
from shared.jobs.states import Priority
from shared.storage.formats import TABLE_MEDIA_TYPES
from shared.tables.cells import checked, text_of
from shared.tables.headings import problem_with_headings
from shared.tables.rows import Row, RowProblem


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch as its kind has checked it."""

    kind: BatchKind
    name: str
    spec: dict[str, Any]
    """Everything that decides what is made, complete."""
    upload_id: UUID | None = None
    """The table; or the rows are in ``rows``."""
    rows: Sequence[Mapping[str, Any]] | None = None
    priority: Priority = Priority.BULK
    auto_launch: bool = False
    idempotency_key: str | None = None
    request_hash: bytes | None = None
    """What a repeat with the same key must have again."""
    check_columns: Callable[[Sequence[str]], None] | None = None
    """Told the table's columns; raises ``InputRefused`` where settings name others."""


def insert(session: Session, workspace_id: UUID, new: NewBatch) -> Batch:
    """The batch; the one that there is, where the key was used for the same request before.

    Raises ``InputRefused`` and ``IdempotencyKeyReused``.
    """
    _check_key(new.idempotency_key)
    facts = _facts_of_upload(session, workspace_id, new.upload_id) if new.upload_id else None
    if new.check_columns is not None:
        new.check_columns(facts["columns"] if facts is not None else _columns_of(new.rows or ()))
    made: Batch | None = session.scalar(
        insert_into(Batch)
        .values(
            id=new_id(),
            workspace_id=workspace_id,
            kind=new.kind,
            state=BatchState.PLANNING,
            name=new.name,
            spec=new.spec,
            upload_id=new.upload_id,
            table_facts=facts,
            idempotency_key=new.idempotency_key,
            request_hash=new.request_hash,
            priority=new.priority,
            auto_launch=new.auto_launch,
        )
        .on_conflict_do_nothing(
            index_elements=["workspace_id", "idempotency_key"], index_where=Batch.idempotency_key.is_not(None)
        )
        .returning(Batch)
    )
    if made is None:
        return _known(session, workspace_id, new)
    if new.rows is not None:
        _keep_rows(session, made, new.rows)
    return made


def _known(session: Session, workspace_id: UUID, new: NewBatch) -> Batch:
    query = select(Batch).where(Batch.workspace_id == workspace_id, Batch.idempotency_key == new.idempotency_key)
    known = session.scalars(query).one()
    if known.request_hash != new.request_hash:
        raise IdempotencyKeyReused
    return known


def _check_key(key: str | None) -> None:
    if key is not None and (not key or len(key) > MAX_KEY_CHARACTERS or not key.isprintable()):
        raise InputRefused.of("Idempotency-Key", f"must be 1 to {MAX_KEY_CHARACTERS} printable characters")


def _facts_of_upload(session: Session, workspace_id: UUID, upload_id: UUID) -> dict[str, Any]:
    """How an uploaded table is read; it is kept for as long as any new upload from now on."""
    try:
        upload = uploads.get_upload(session, workspace_id, upload_id)
    except NotFound:
        raise InputRefused.of("table.upload", f"there is no upload {upload_id} in this workspace") from None
    if upload.media_type not in TABLE_MEDIA_TYPES or "columns" not in upload.facts:
        raise InputRefused.of("table.upload", "was not uploaded as a table; send the file again with `as=table`")
    session.execute(update(Upload).where(Upload.id == upload.id).values(expires_at=func.now() + KEPT_UNUSED))
    return upload.facts


def _columns_of(rows: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The headings of listed rows, in the order in which they first come. Raises ``InputRefused``."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if (problem := problem_with_headings(columns)) is not None:
        raise InputRefused.of("rows", problem)
    return columns


def _keep_rows(session: Session, batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep each row, without the cells that cannot be kept: what is wrong with those is written down at once."""
    columns = dict.fromkeys((column for row in rows for column in row), "")
    kept: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    for number, row in enumerate(rows, start=1):
        cells = {**columns, **{column: text_of(value) or "" for column, value in row.items()}}
        found = list(checked(number, cells))
        bad = {each.column for each in found if isinstance(each, RowProblem)}
        problems += [problem_row(each, position) for position, each in enumerate(found) if isinstance(each, RowProblem)]
        good = {column: text for column, text in cells.items() if column not in bad}
        kept.append({"number": number, "custom_id": custom_id(Row(number, good)), "cells": good})
    repository.insert_rows(session, batch, kept)
    repository.insert_problems(session, batch, problems)


def problem_row(problem: RowProblem, position: int) -> dict[str, Any]:
    """A problem as ``repository.insert_problems`` takes it."""
    return {
        "row": problem.number,
        "position": position,
        "column": problem.column,
        "code": problem.code,
        "message": problem.message,
    }


def custom_id(row: Row) -> str:
    """What a row is called: its cell ``custom_id``, else ``id``, else its number."""
    return (row.cells.get("custom_id") or row.cells.get("id") or str(row.number)).strip()
