"""Pause and resume a queue, a model or a workspace. Nothing of it is claimed meanwhile; what runs is let finish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.accounts.models import Workspace
from shared.catalog.models import Model
from shared.db import after_commit
from shared.identifiers import new_id
from shared.jobs.models import Job
from shared.jobs.pause import Pause
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import JOB_QUEUES, QueueName

log = get_logger(__name__)


class PauseKind(StrEnum):
    """What can be paused."""

    QUEUE = "queue"
    MODEL = "model"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class PauseTarget:
    """One queue, one model or one workspace. Make it with the method of its kind."""

    kind: PauseKind
    key: QueueName | UUID

    @classmethod
    def of_queue(cls, queue: QueueName) -> PauseTarget:
        """A queue of jobs."""
        return cls(PauseKind.QUEUE, queue)

    @classmethod
    def of_model(cls, model_id: UUID) -> PauseTarget:
        """A model, for every workspace."""
        return cls(PauseKind.MODEL, model_id)

    @classmethod
    def of_workspace(cls, workspace_id: UUID) -> PauseTarget:
        """A workspace, for every model."""
        return cls(PauseKind.WORKSPACE, workspace_id)

    @property
    def columns(self) -> dict[str, QueueName | UUID]:
        """The column that names it, with its value."""
        return {_COLUMN[self.kind]: self.key}


_COLUMN = {PauseKind.QUEUE: "queue", PauseKind.MODEL: "model_id", PauseKind.WORKSPACE: "workspace_id"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands still: ``name`` is a queue's, a model's, or a workspace's slug."""

    kind: PauseKind
    name: str
    reason: str
    since: datetime


def pause(session: Session, target: PauseTarget, reason: str = "") -> None:
    """Let it stand still. Twice is once; the reason is then the later one."""
    values: dict[str, Any] = {"id": new_id(), "reason": reason, **target.columns}
    statement = insert(Pause).values(**values)
    session.execute(
        statement.on_conflict_do_update(constraint="uq_pauses_queue_model_id_workspace_id", set_={"reason": reason})
    )
    after_commit(session, partial(log.info, "paused", kind=target.kind.value, of=str(target.key), reason=reason))


def resume(session: Session, target: PauseTarget) -> bool:
    """Let it move again, and wake a worker; returns whether it stood still."""
    ((name, value),) = target.columns.items()
    removed = session.scalars(
        delete(Pause).where(getattr(Pause, name) == value).returning(Pause.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if removed is None:
        return False
    queues = (target.key,) if isinstance(target.key, QueueName) else JOB_QUEUES
    after_commit(session, partial(log.info, "resumed", kind=target.kind.value, of=str(target.key)))
    for queue in queues:
        after_commit(session, partial(ring, queue))
    return True


def standing(session: Session) -> list[Standing]:
    """Everything that stands still, longest first, as far as the transaction's role sees it."""
    query = _named().order_by(Pause.created_at, Pause.id)
    return [_standing(row) for row in session.execute(query)]


def pause_of_workspace(session: Session, workspace_id: UUID) -> Standing | None:
    """A workspace's own pause."""
    row = session.execute(_named().where(Pause.workspace_id == workspace_id)).one_or_none()
    return _standing(row) if row else None


def in_the_way_of(session: Session, job: Job) -> list[Standing]:
    """What keeps a queued job from being claimed: for a transaction of the platform's own role."""
    query = _named().where(
        or_(Pause.queue == job.queue, Pause.model_id == job.model_id, Pause.workspace_id == job.workspace_id)
    )
    return [_standing(row) for row in session.execute(query.order_by(Pause.created_at))]


def in_the_way_of_workspace(session: Session, workspace_id: UUID) -> list[Standing]:
    """What keeps jobs of a workspace from being claimed, all of them or those of one model.

    For a transaction of the platform's own role.
    """
    query = _named().where(or_(Pause.workspace_id.is_(None), Pause.workspace_id == workspace_id))
    return [_standing(row) for row in session.execute(query.order_by(Pause.created_at))]


def _named() -> Any:
    return (
        select(Pause.queue, Model.name.label("model"), Workspace.slug, Pause.reason, Pause.created_at)
        .join(Model, Pause.model_id == Model.id, isouter=True)
        .join(Workspace, Pause.workspace_id == Workspace.id, isouter=True)
    )


def _standing(row: Any) -> Standing:
    if row.queue is not None:
        return Standing(PauseKind.QUEUE, row.queue.value, row.reason, row.created_at)
    if row.model is not None:
        return Standing(PauseKind.MODEL, row.model, row.reason, row.created_at)
    return Standing(PauseKind.WORKSPACE, row.slug, row.reason, row.created_at)
