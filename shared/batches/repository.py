"""Queries on batches, their items and what is wrong with their rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select, text, tuple_, update
from sqlalchemy.orm import Session, aliased

from shared.artifacts.models import Artifact
from shared.batches.models import Batch, BatchItem, BatchProblem, BatchRow
from shared.batches.states import BatchKind, BatchState, ReviewState
from shared.errors import NotFound
from shared.identifiers import new_id
from shared.jobs.models import Job
from shared.jobs.states import JobState

CALLED_OFF = "canceled"
"""The error code of an item that had no job when its batch was called off."""
_STATE = case(
    (BatchItem.error_code == CALLED_OFF, JobState.CANCELED.value),
    (BatchItem.error_code.is_not(None), JobState.FAILED.value),
    (BatchItem.job_id.is_(None), JobState.WAITING.value),
    else_=Job.state,
)
# One parameter each, whatever the number of rows.
_INSERT_ROWS = text(
    """
INSERT INTO batch_rows (batch_id, number, workspace_id, custom_id, cells)
SELECT :batch_id, number, :workspace_id, custom_id, cells
  FROM json_to_recordset(CAST(:rows AS json)) AS row (number int, custom_id text, cells jsonb)
    ON CONFLICT (batch_id, number) DO UPDATE SET custom_id = excluded.custom_id, cells = excluded.cells
"""
)
_INSERT_PROBLEMS = text(
    """
INSERT INTO batch_problems (batch_id, row, position, workspace_id, "column", code, message)
SELECT :batch_id, row, position, :workspace_id, "column", code, message
  FROM json_to_recordset(CAST(:rows AS json)) AS problem (row int, position int, "column" text, code text, message text)
"""
)
_INSERT_ITEMS = text(
    """
INSERT INTO batch_items (id, batch_id, workspace_id, row, custom_id, template, size, locale, job_id, error_code,
                         error_message, waits_for, review)
SELECT id, :batch_id, :workspace_id, row, custom_id, template, size, locale, job_id, error_code, error_message,
       waits_for, 'pending'
  FROM json_to_recordset(CAST(:rows AS json))
    AS item (id uuid, row int, custom_id text, template text, size text, locale text, job_id uuid, error_code text,
             error_message text, waits_for bytea[])
"""
)


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with what its job knows."""

    item: BatchItem
    state: str
    """Of its job; ``waiting`` before it has one, ``failed`` where it could not be submitted."""
    error_code: str | None
    error_message: str | None
    output_count: int
    artifact: Artifact | None
    """The first file that came out."""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items; what is left out is any."""

    state: str | None = None
    review: ReviewState | None = None
    template: str | None = None
    size: str | None = None
    locale: str | None = None
    row: int | None = None
    custom_id: str | None = None


def get_batch(session: Session, workspace_id: UUID, batch_id: UUID, *, lock: bool = False) -> Batch:
    """One batch of a workspace, locked against change if asked. Raises ``NotFound``, also for somebody else's."""
    query = select(Batch).where(Batch.id == batch_id, Batch.workspace_id == workspace_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    batch = session.scalar(query)
    if batch is None:
        raise NotFound("There is no such batch in this workspace.")
    return batch


def list_batches(
    session: Session,
    workspace_id: UUID,
    kind: BatchKind | None,
    state: BatchState | None,
    limit: int,
    before: UUID | None,
) -> Sequence[Batch]:
    """A page of a workspace's batches, newest first; ``before`` is the last id of the page before."""
    query = select(Batch).where(Batch.workspace_id == workspace_id).order_by(Batch.id.desc()).limit(limit)
    if kind is not None:
        query = query.where(Batch.kind == kind)
    if state is not None:
        query = query.where(Batch.state == state)
    if before is not None:
        query = query.where(Batch.id < before)
    return session.scalars(query).all()


def problems(
    session: Session, batch_id: UUID, after: tuple[int, int] | None = None, limit: int = 100
) -> Sequence[BatchProblem]:
    """What is wrong with the table, by row; ``after`` is the ``(row, position)`` of the last one of the page before."""
    query = select(BatchProblem).where(BatchProblem.batch_id == batch_id)
    if after is not None:
        query = query.where(tuple_(BatchProblem.row, BatchProblem.position) > after)
    return session.scalars(query.order_by(BatchProblem.row, BatchProblem.position).limit(limit)).all()


def bad_rows(session: Session, batch_id: UUID, first: int, last: int) -> frozenset[int]:
    """The rows from ``first`` to ``last`` with which something was wrong when the table was planned."""
    query = select(BatchProblem.row).where(BatchProblem.batch_id == batch_id, BatchProblem.row.between(first, last))
    return frozenset(session.scalars(query.distinct()))


def items(
    session: Session, batch_id: UUID, wanted: ItemFilter | None = None, after: UUID | None = None, limit: int = 100
) -> Sequence[ItemView]:
    """A page of a batch's items in the order in which they were submitted; ``after`` is the last one's id."""
    query = _item_query(batch_id)
    for condition in _conditions(wanted or ItemFilter()):
        query = query.where(condition)
    if after is not None:
        query = query.where(BatchItem.id > after)
    return [_view(row) for row in session.execute(query.order_by(BatchItem.id).limit(limit))]


def item_ids(batch_id: UUID, wanted: ItemFilter) -> Select[UUID]:
    """The query for the ids of a batch's items of which a filter is true."""
    of_batch = select(BatchItem.id).outerjoin(Job, Job.id == BatchItem.job_id).where(BatchItem.batch_id == batch_id)
    return of_batch.where(*_conditions(wanted))


def get_item(session: Session, batch_id: UUID, item_id: UUID) -> ItemView:
    """One item of a batch. Raises ``NotFound``."""
    row = session.execute(_item_query(batch_id).where(BatchItem.id == item_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such item in this batch.")
    return _view(row)


def _item_query(batch_id: UUID) -> Select[Any]:
    first = aliased(Artifact)
    return (
        select(BatchItem, _STATE.label("item_state"), Job.error_code, Job.error_message, Job.output_count, first)
        .outerjoin(Job, Job.id == BatchItem.job_id)
        .outerjoin(first, and_(first.job_id == BatchItem.job_id, first.index == 0, first.removed_at.is_(None)))
        .where(BatchItem.batch_id == batch_id)
    )


def _view(row: Any) -> ItemView:
    item, state, code, message, outputs, artifact = row
    if item.error_code is not None:
        code, message = item.error_code, item.error_message
    return ItemView(item, str(getattr(state, "value", state)), code, message, outputs or 1, artifact)


def _conditions(wanted: ItemFilter) -> list[ColumnElement[bool]]:
    columns = {
        BatchItem.review: wanted.review,
        BatchItem.template: wanted.template,
        BatchItem.size: wanted.size,
        BatchItem.locale: wanted.locale,
        BatchItem.row: wanted.row,
        BatchItem.custom_id: wanted.custom_id,
    }
    conditions = [column == value for column, value in columns.items() if value is not None]
    if wanted.state is not None:
        conditions.append(_is_in_state(wanted.state))
    return conditions


def _is_in_state(state: str) -> ColumnElement[bool]:
    of_job = and_(BatchItem.error_code.is_(None), Job.state == state)
    if state == JobState.FAILED:
        return or_(BatchItem.error_code != CALLED_OFF, of_job)
    if state == JobState.CANCELED:
        return or_(BatchItem.error_code == CALLED_OFF, of_job)
    if state == JobState.WAITING:
        return or_(and_(BatchItem.error_code.is_(None), BatchItem.job_id.is_(None)), of_job)
    return of_job


def counts(session: Session, batch_id: UUID) -> dict[str, int]:
    """How many items are in each state; what there is none of is left out."""
    query = (
        select(_STATE.label("item_state"), func.count())
        .select_from(BatchItem)
        .outerjoin(Job, Job.id == BatchItem.job_id)
        .where(BatchItem.batch_id == batch_id)
        .group_by(literal_column("item_state"))
    )
    return {str(getattr(state, "value", state)): number for state, number in session.execute(query)}


def call_off_waiting(session: Session, batch_id: UUID) -> None:
    """Say of items that have no job that they will have none."""
    session.execute(
        update(BatchItem)
        .where(BatchItem.batch_id == batch_id, BatchItem.job_id.is_(None), BatchItem.error_code.is_(None))
        .values(error_code=CALLED_OFF, error_message="The batch was called off."),
        execution_options={"synchronize_session": False},
    )


def rows_by_number(session: Session, batch_id: UUID, numbers: Collection[int]) -> Mapping[int, BatchRow]:
    """Kept rows by their numbers."""
    query = select(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.number.in_(numbers))
    return {row.number: row for row in session.scalars(query)}


def insert_rows(session: Session, batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows, ``{"number", "custom_id", "cells"}``, in place of those of the same number."""
    _insert(session, _INSERT_ROWS, batch, rows)


def insert_problems(session: Session, batch: Batch, found: Sequence[Mapping[str, Any]]) -> None:
    """Write down problems: ``{"row", "position", "column", "code", "message"}``."""
    _insert(session, _INSERT_PROBLEMS, batch, found)


def insert_items(session: Session, batch: Batch, made: Sequence[Mapping[str, Any]]) -> None:
    """Write down items, in their order: each is given an id."""
    _insert(session, _INSERT_ITEMS, batch, [{"id": str(new_id()), **item} for item in made])


def _insert(session: Session, statement: Any, batch: Batch, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        values = {"batch_id": batch.id, "workspace_id": batch.workspace_id}
        session.execute(statement, {**values, "rows": json.dumps(rows, ensure_ascii=False)})


def refresh_statistics(session: Session) -> None:
    """Tell the query planner how many items and jobs there are by now.

    It learns by itself, minutes later: until then a page of some thousand new items took ten times as long.
    """
    session.execute(text("ANALYZE (SKIP_LOCKED) batch_items, jobs, artifacts"))
