"""Change a batch's state: only as its table of moves allows, and only from the state that was read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shared.batches.models import Batch
from shared.batches.states import BATCH_TRANSITIONS, ENDED, BatchState
from shared.errors import LeaseLost


def move(session: Session, batch: Batch, state: BatchState, **values: Any) -> None:
    """Take a batch that this transaction has locked to another state. It is looked at at once, unless it has ended.

    Raises ``LeaseLost`` where somebody moved it meanwhile; a move that the table does not have is a mistake of ours.
    """
    if state not in BATCH_TRANSITIONS[batch.state]:
        raise AssertionError(f"a batch never goes from {batch.state} to {state}")
    values.setdefault("finished_at", func.clock_timestamp() if state in ENDED else None)
    # What was called off, or failed half launched, is looked at until the last of its jobs has ended.
    settled = state in (BatchState.PLANNED, BatchState.COMPLETED) or (state in ENDED and batch.launched_at is None)
    values.setdefault("due_at", None if settled else func.clock_timestamp())
    moved = session.scalar(
        update(Batch)
        .where(Batch.id == batch.id, Batch.state == batch.state)
        .values(state=state, lease_until=None, **values)
        .returning(Batch.id),
        execution_options={"synchronize_session": False},
    )
    if moved is None:
        raise LeaseLost("Somebody else moved the batch meanwhile.")
    session.refresh(batch)
