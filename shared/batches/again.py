"""Mark items to be made once more. They are submitted like any that waited, when the batch is next looked at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, literal, or_, select, text, update
from sqlalchemy.orm import Session

from shared.batches.models import Batch, BatchItem, BatchSource
from shared.batches.states import BatchKind, ReviewState, SourceState
from shared.errors import NotFound, StateConflict
from shared.jobs.models import Job
from shared.jobs.states import TERMINAL, JobState

_UNSYNCED = {"synchronize_session": False}
EARLIER_JOB = "again"
"""In an item's ``changes``: the job whose input is submitted once more, where the row is not kept."""
_CHANGE = text(
    """
UPDATE batch_items AS item
   SET job_id = NULL, attempt = attempt + 1, error_code = NULL, error_message = NULL, waits_for = NULL,
       changes = changed.changes, review = :pending, review_reason = NULL, reviewed_at = NULL
  FROM json_to_recordset(CAST(:rows AS json)) AS changed (id uuid, changes jsonb)
 WHERE item.id = changed.id AND item.batch_id = :batch_id
"""
)


def mark_failed(session: Session, batch: Batch) -> int:
    """Everything that failed, or was canceled by itself; returns how many items."""
    unsuccessful = select(Job.id).where(Job.batch_id == batch.id, Job.state.in_((JobState.FAILED, JobState.CANCELED)))
    earlier = func.jsonb_build_object(EARLIER_JOB, BatchItem.job_id)
    of_jobs = case(
        (BatchItem.job_id.is_not(None), BatchItem.changes.op("||")(earlier)),
        else_=BatchItem.changes,
    )
    marked = session.execute(
        update(BatchItem)
        .where(BatchItem.batch_id == batch.id)
        .where(or_(BatchItem.error_code.is_not(None), BatchItem.job_id.in_(unsuccessful)))
        .values(
            job_id=None,
            attempt=BatchItem.attempt + 1,
            error_code=None,
            error_message=None,
            waits_for=None,
            changes=of_jobs if batch.kind is BatchKind.JOBS else BatchItem.changes,
        )
        .returning(literal(1)),
        execution_options=_UNSYNCED,
    ).all()
    if marked:
        _forget_bad_sources(session, batch.id, unsuccessful)
    return len(marked)


def _forget_bad_sources(session: Session, batch_id: UUID, unsuccessful: Select[UUID]) -> None:
    """What items share and did not come out is generated once more too."""
    session.execute(
        update(BatchSource)
        .where(BatchSource.batch_id == batch_id)
        .where(or_(BatchSource.state == SourceState.FLAGGED, BatchSource.job_id.in_(unsuccessful)))
        .values(state=SourceState.PENDING, attempt=1, job_id=None, text=None, reason=None),
        execution_options=_UNSYNCED,
    )


def mark_changed(session: Session, batch: Batch, changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """These items, with their changes in place of earlier ones.

    Raises ``NotFound`` for an item of another batch, ``StateConflict`` for one that has not ended.
    """
    query = (
        select(BatchItem.id, BatchItem.error_code, Job.state)
        .outerjoin(Job, Job.id == BatchItem.job_id)
        .where(BatchItem.batch_id == batch.id, BatchItem.id.in_(changes))
    )
    found = {row.id: row for row in session.execute(query)}
    for item_id in changes:
        if item_id not in found:
            raise NotFound(f"There is no item {item_id} in this batch.")
        if found[item_id].error_code is None and found[item_id].state not in TERMINAL:
            raise StateConflict(f"The item {item_id} is being made; wait until it has ended.")
    rows = [{"id": str(item_id), "changes": dict(changed)} for item_id, changed in changes.items()]
    values = {"rows": json.dumps(rows, ensure_ascii=False), "batch_id": batch.id, "pending": ReviewState.PENDING.value}
    session.execute(_CHANGE, values)
