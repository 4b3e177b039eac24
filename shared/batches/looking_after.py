"""Look after a batch whose jobs are accepted: submit what waited, count, and say when it is over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from shared.batches import repository
from shared.batches.again import EARLIER_JOB
from shared.batches.endings import complete
from shared.batches.expansion import CellProblem, Expanded, Expander, ItemDraft
from shared.batches.launching import submit_items
from shared.batches.models import Batch, BatchItem, BatchRow
from shared.batches.states import BatchKind, BatchState
from shared.errors import InputRefused
from shared.jobs import bulk
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.tables.rows import Row

ITEMS_AT_ONCE = 300
JOBS_AT_ONCE = 5_000
_UNFINISHED = (JobState.WAITING.value, JobState.QUEUED.value, JobState.RUNNING.value)
# Those that wait for nothing that is still being written.
_READY = text(
    """
SELECT item.id FROM batch_items AS item
 WHERE item.batch_id = :batch_id AND item.job_id IS NULL AND item.error_code IS NULL
   AND NOT EXISTS (SELECT FROM unnest(item.waits_for) AS needed (key)
                     JOIN batch_sources AS source ON source.batch_id = item.batch_id AND source.key = needed.key
                    WHERE source.state = 'pending' AND source.job_id IS NOT NULL)
 ORDER BY item.row, item.id LIMIT :limit
"""
)
_UPDATE_ITEMS = text(
    """
UPDATE batch_items AS item
   SET job_id = made.job_id, error_code = made.error_code, error_message = made.error_message,
       waits_for = made.waits_for
  FROM json_to_recordset(CAST(:rows AS json))
    AS made (id uuid, job_id uuid, error_code text, error_message text, waits_for bytea[])
 WHERE item.id = made.id AND item.batch_id = :batch_id
"""
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands after a look."""

    unfinished: int
    """Items that have not ended."""
    is_over: bool
    """Nothing more happens to it by itself."""


def ready_items(session: Session, batch: Batch) -> Sequence[UUID]:
    """Up to 300 items that wait for nothing any more."""
    return session.scalars(_READY, {"batch_id": batch.id, "limit": ITEMS_AT_ONCE}).all()


def submit_waiting(session: Session, batch: Batch, expander: Expander, ids: Sequence[UUID]) -> int:
    """Submit items; returns how many."""
    query = select(BatchItem).where(BatchItem.id.in_(ids)).order_by(BatchItem.row, BatchItem.id)
    items = session.scalars(query.execution_options(populate_existing=True)).all()
    drafts = _drafts(session, batch, expander, items)
    made = submit_items(session, batch, [drafts[item.id] for item in items])
    rows = [{**outcome, "id": str(item.id)} for item, outcome in zip(items, made, strict=True)]
    session.execute(_UPDATE_ITEMS, {"batch_id": batch.id, "rows": json.dumps(rows, ensure_ascii=False)})
    return len(items)


def refuse_waiting(session: Session, batch: Batch, ids: Sequence[UUID], refused: InputRefused) -> int:
    """Say of items that none of them can be made, and why; returns how many."""
    session.execute(
        update(BatchItem)
        .where(BatchItem.batch_id == batch.id, BatchItem.id.in_(ids))
        .values(error_code=refused.code, error_message=refused.message),
        execution_options={"synchronize_session": False},
    )
    return len(ids)


def hold_back(session: Session, batch: Batch) -> int:
    """Let nothing more of a paused batch begin; returns how many jobs were held back."""
    return bulk.park(session, batch.id, JOBS_AT_ONCE)


def let_go(session: Session, batch: Batch) -> int:
    """Let jobs of a resumed batch go; returns how many."""
    return bulk.unpark(session, batch.id, JOBS_AT_ONCE)


def call_off(session: Session, batch: Batch) -> int:
    """Cancel jobs of a batch that was called off; returns how many."""
    return bulk.cancel(session, batch.id, JOBS_AT_ONCE)


def count(session: Session, batch: Batch) -> Standing:
    """Refresh its counts, and complete it when everything has ended."""
    counts = repository.counts(session, batch.id)
    session.execute(
        update(Batch).where(Batch.id == batch.id).values(counts=counts, counted_at=func.clock_timestamp()),
        execution_options={"synchronize_session": False},
    )
    session.refresh(batch)
    unfinished = sum(counts.get(state, 0) for state in _UNFINISHED)
    if batch.state is BatchState.RUNNING and not unfinished:
        complete(session, batch)
    called_off = batch.state in (BatchState.CANCELED, BatchState.FAILED)
    is_over = batch.state is BatchState.COMPLETED or (called_off and not bulk.live(session, batch.id))
    return Standing(unfinished, is_over)


def _drafts(
    session: Session, batch: Batch, expander: Expander, items: Sequence[BatchItem]
) -> dict[UUID, tuple[Expanded, ItemDraft | CellProblem]]:
    """What to submit for each item: from its row, or from the job that it had before."""
    earlier = _earlier_inputs(session, batch, items)
    rows = repository.rows_by_number(session, batch.id, {item.row for item in items if item.id not in earlier})
    prepared = {
        row.number: row for row in expander.prepare(session, [Row(row.number, row.cells) for row in rows.values()])
    }
    return {
        item.id: _from_job(item, earlier[item.id])
        if item.id in earlier
        else _from_row(item, expander, rows.get(item.row), prepared.get(item.row))
        for item in items
    }


def _from_job(item: BatchItem, request: Mapping[str, Any]) -> tuple[Expanded, ItemDraft | CellProblem]:
    draft = ItemDraft(item.template, item.size, item.locale, (), lambda _: dict(request))
    return Expanded(Row(item.row, {}), item.custom_id), draft


def _from_row(
    item: BatchItem, expander: Expander, kept: BatchRow | None, row: Row | None
) -> tuple[Expanded, ItemDraft | CellProblem]:
    if kept is None or row is None:
        return Expanded(Row(item.row, {}), item.custom_id), CellProblem("", "gone", "Its row is no longer kept.")
    expanded = expander.expand(row, item.changes)
    if expanded.problems:
        return expanded, expanded.problems[0]
    place = (item.template, item.size, item.locale)
    for draft in expanded.items:
        if (draft.template, draft.size, draft.locale) == place:
            return expanded, draft
    return expanded, CellProblem("", "gone", "The row is no longer made into this.")


def _earlier_inputs(session: Session, batch: Batch, items: Sequence[BatchItem]) -> dict[UUID, Mapping[str, Any]]:
    """The requests of jobs that are submitted once more, by item."""
    if batch.kind is not BatchKind.JOBS:
        return {}
    again = {item.id: UUID(item.changes[EARLIER_JOB]) for item in items if EARLIER_JOB in item.changes}
    earlier = session.execute(select(Job.id, Job.input).where(Job.id.in_(again.values())))
    inputs: dict[UUID, Any] = {row.id: row.input for row in earlier}
    model = batch.spec["model"]
    return {item_id: {"model": model, "input": inputs[job_id]} for item_id, job_id in again.items() if job_id in inputs}
