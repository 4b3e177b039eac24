"""Create, launch, pause, resume, call off and try again batches: what a person or a client does to them.

The caller's transaction makes each true. A batch that a worker holds is changed all the same: the worker finds its
fence or the state it expects gone at its next chunk, and lets go.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from shared.batches import again, repository
from shared.batches.creation import NewBatch, insert
from shared.batches.jobs_spec import JobsSpec
from shared.batches.models import Batch, BatchItem
from shared.batches.moves import move
from shared.batches.request import BatchRequest
from shared.batches.states import ENDED, BatchKind, BatchState
from shared.crypto import content_hash
from shared.db import after_commit
from shared.errors import StateConflict
from shared.jobs import bulk
from shared.jobs.states import Priority
from shared.queue.doorbell import ring
from shared.queue.names import QueueName

AT_ONCE = 5_000
"""Jobs that a request pauses, resumes or calls off itself. A worker goes on with the rest within a second or so."""


def create(session: Session, workspace_id: UUID, new: NewBatch) -> Batch:
    """A new batch, to be planned by a worker. A repeat with the same key and hash gets the same one.

    Raises ``InputRefused`` for a table that is none, and ``IdempotencyKeyReused``.
    """
    batch = insert(session, workspace_id, new)
    _ring(session)
    return batch


def create_jobs(session: Session, workspace_id: UUID, request: BatchRequest, key: str | None = None) -> Batch:
    """A new batch of jobs, one a row. Raises what ``create`` raises, and ``InputRefused`` naming a bad setting."""
    spec = JobsSpec.of(request)
    spec.check(session, workspace_id)
    new = NewBatch(
        kind=BatchKind.JOBS,
        name=request.name,
        spec=spec.model_dump(mode="json"),
        upload_id=request.table.upload if request.table else None,
        rows=request.rows,
        priority=Priority[request.priority.upper()],
        auto_launch=not request.dry_run,
        idempotency_key=key,
        request_hash=content_hash(request.model_dump(mode="json")),
        check_columns=spec.check_columns,
    )
    return create(session, workspace_id, new)


def get(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """One batch of a workspace. Raises ``NotFound``, also for somebody else's."""
    return repository.get_batch(session, workspace_id, batch_id)


def list_batches(
    session: Session,
    workspace_id: UUID,
    *,
    kind: BatchKind | None = None,
    state: BatchState | None = None,
    limit: int = 50,
    before: UUID | None = None,
) -> Sequence[Batch]:
    """A page of a workspace's batches, newest first; ``before`` is the last id of the page before."""
    return repository.list_batches(session, workspace_id, kind, state, limit, before)


def launch(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """Have the jobs of a planned batch accepted. Twice is once.

    Raises ``NotFound``, and ``StateConflict`` when it is not planned yet, has no good row, or has ended.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.launched_at is not None and batch.state not in ENDED:
        return batch
    if batch.state is BatchState.PLANNING:
        raise StateConflict("The batch is still being planned; launch it once it is `planned`.")
    if batch.state is not BatchState.PLANNED:
        raise StateConflict(f"The batch has {_ended(batch)}; create another one.")
    if not batch.items:
        raise StateConflict("No row of the table is good: there is nothing to launch. `problems` says what is wrong.")
    move(session, batch, BatchState.LAUNCHING, launched_at=func.clock_timestamp())
    _ring(session)
    return batch


def pause(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """Let nothing more of a batch begin. What runs goes on. Twice is once.

    Raises ``NotFound``, and ``StateConflict`` when it is not launched or has ended.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.state is BatchState.PAUSED:
        return batch
    if batch.state not in (BatchState.LAUNCHING, BatchState.RUNNING):
        raise StateConflict(f"The batch {_standing(batch)}; only one that is launched can be paused.")
    move(session, batch, BatchState.PAUSED)
    bulk.park(session, batch.id, AT_ONCE)
    _ring(session)
    return batch


def resume(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """Let a paused batch go on. Raises ``NotFound``, and ``StateConflict`` when it is not paused."""
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.state is not BatchState.PAUSED:
        raise StateConflict(f"The batch {_standing(batch)}; only a paused one can be resumed.")
    move(session, batch, BatchState.LAUNCHING if batch.launched_rows < batch.rows else BatchState.RUNNING)
    bulk.unpark(session, batch.id, AT_ONCE)
    _ring(session)
    return batch


def cancel(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """Call a batch off: what has not begun is canceled, what runs is stopped at its next step. Twice is once.

    Raises ``NotFound``, and ``StateConflict`` when it has ended.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.state is BatchState.CANCELED:
        return batch
    if batch.state in ENDED:
        raise StateConflict(f"The batch has {_ended(batch)} already; there is nothing to cancel.")
    move(session, batch, BatchState.CANCELED)
    repository.call_off_waiting(session, batch.id)
    bulk.cancel(session, batch.id, AT_ONCE)
    _count(session, batch)
    _ring(session)
    return batch


def retry_failed(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    """Try again everything of a batch that failed or was canceled by itself.

    Raises ``NotFound``, and ``StateConflict`` when the batch is not launched or was called off, or nothing failed.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.state not in (BatchState.COMPLETED, BatchState.RUNNING, BatchState.PAUSED):
        raise StateConflict(f"The batch {_standing(batch)}; only one whose jobs are all accepted can be tried again.")
    if not again.mark_failed(session, batch):
        raise StateConflict("Nothing of the batch has failed.")
    _go_on(session, batch)
    return batch


def make_again(
    session: Session, workspace_id: UUID, batch_id: UUID, changes: Mapping[UUID, Mapping[str, Any]]
) -> Batch:
    """Make items anew with what was changed for each: ``{item id: {"cells": {column: text}, "seed": 7}}``.

    Their review begins anew. Raises ``NotFound``, and ``StateConflict`` where the batch is of another kind, was called
    off, or an item has not ended.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.kind is not BatchKind.CAMPAIGN:
        raise StateConflict("Only creatives of a campaign are made anew; submit another job instead.")
    if batch.state not in (BatchState.COMPLETED, BatchState.RUNNING, BatchState.PAUSED):
        raise StateConflict(f"The campaign {_standing(batch)}; its creatives cannot be made anew.")
    again.mark_changed(session, batch, changes)
    _go_on(session, batch)
    return batch


def remove(session: Session, workspace_id: UUID, batch_id: UUID) -> None:
    """Forget a batch: its rows, problems and items, not its jobs and their files.

    Raises ``NotFound``, and ``StateConflict`` while it is under way.
    """
    batch = repository.get_batch(session, workspace_id, batch_id, lock=True)
    if batch.state not in ENDED | {BatchState.PLANNED}:
        raise StateConflict(f"The batch {_standing(batch)}; cancel it first.")
    session.execute(delete(BatchItem).where(BatchItem.batch_id == batch.id))
    session.execute(delete(Batch).where(Batch.id == batch.id))


def _go_on(session: Session, batch: Batch) -> None:
    if batch.state is BatchState.COMPLETED:
        move(session, batch, BatchState.RUNNING)
    else:
        session.execute(update(Batch).where(Batch.id == batch.id).values(due_at=func.clock_timestamp()))
    _count(session, batch)
    _ring(session)


def _count(session: Session, batch: Batch) -> None:
    session.execute(
        update(Batch)
        .where(Batch.id == batch.id)
        .values(counts=repository.counts(session, batch.id), counted_at=func.clock_timestamp()),
        execution_options={"synchronize_session": False},
    )
    session.refresh(batch)


def _standing(batch: Batch) -> str:
    return f"has {_ended(batch)}" if batch.state in ENDED else f"is {batch.state.value}"


def _ended(batch: Batch) -> str:
    return "been canceled" if batch.state is BatchState.CANCELED else batch.state.value


def _ring(session: Session) -> None:
    after_commit(session, partial(ring, QueueName.BATCHES))
