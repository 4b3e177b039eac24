"""Queries on the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.catalog.models import Model, ModelAllowance, ModelState
from shared.identifiers import new_id

_names: dict[UUID, str] = {}


def enabled_models(session: Session) -> Sequence[Model]:
    """Every model that is in use, by name."""
    return session.scalars(select(Model).where(Model.state == ModelState.ENABLED).order_by(Model.name)).all()


def known_models(session: Session) -> Sequence[Model]:
    """Every model but those that were removed, by name."""
    return session.scalars(select(Model).where(Model.state != ModelState.REMOVED).order_by(Model.name)).all()


def allowed_models(session: Session, workspace_id: UUID) -> Sequence[Model]:
    """Every model that a workspace's jobs may name, by name."""
    return session.scalars(select(Model).where(_usable_by(workspace_id)).order_by(Model.name)).all()


def find_allowed(session: Session, workspace_id: UUID, name: str) -> Model | None:
    """The model of that name, if the workspace's jobs may name it."""
    return session.scalar(select(Model).where(Model.name == name, _usable_by(workspace_id)))


def _usable_by(workspace_id: UUID) -> ColumnElement[bool]:
    """In use, and on the workspace's list if it has one; what is a part of the platform need not be."""
    listed = exists().where(ModelAllowance.workspace_id == workspace_id)
    is_allowed = ~listed | listed.where(ModelAllowance.model_id == Model.id)
    return (Model.state == ModelState.ENABLED) & (is_allowed | Model.source.startswith("builtin:"))


def find(session: Session, name: str) -> Model | None:
    """The model of that name, whatever its state."""
    return session.scalar(select(Model).where(Model.name == name))


def all_of_source(session: Session, source: str) -> Sequence[Model]:
    """Every model with weights from there, but those that were removed."""
    return session.scalars(select(Model).where(Model.source == source, Model.state != ModelState.REMOVED)).all()


def by_id(session: Session, model_id: UUID) -> Model | None:
    """The model of that id, whatever its state."""
    return session.get(Model, model_id)


def model_name(session: Session, model_id: UUID) -> str:
    """The name of a model. A name never changes, so it is read once a process."""
    if model_id not in _names:
        found = session.scalar(select(Model.name).where(Model.id == model_id))
        if found is None:
            return ""
        _names[model_id] = found
    return _names[model_id]


def register(session: Session, **values: Any) -> None:
    """Add a model, or bring the one of that name up to date. Its state, an operator's choice, stays."""
    statement = insert(Model).values(id=new_id(), **values)
    changed = {name: statement.excluded[name] for name in values if name != "name"} | {"updated_at": func.now()}
    session.execute(statement.on_conflict_do_update(index_elements=[Model.name], set_=changed))


def note_memory(session: Session, model_id: UUID, memory_bytes: int | None) -> None:
    """Write down what a model was measured to take."""
    session.execute(update(Model).where(Model.id == model_id).values(memory_bytes=memory_bytes))


def allow(session: Session, workspace_id: UUID, model_ids: Sequence[UUID]) -> None:
    """Put models on a workspace's list. Those that are on it stay."""
    rows = [{"workspace_id": workspace_id, "model_id": model_id} for model_id in model_ids]
    session.execute(insert(ModelAllowance).values(rows).on_conflict_do_nothing())


def disallow(session: Session, workspace_id: UUID, model_ids: Sequence[UUID] | None = None) -> None:
    """Take models, or all, off a workspace's list. Without any, a workspace may use all models."""
    statement = delete(ModelAllowance).where(ModelAllowance.workspace_id == workspace_id)
    if model_ids is not None:
        statement = statement.where(ModelAllowance.model_id.in_(model_ids))
    session.execute(statement)


def allowances(session: Session, workspace_id: UUID) -> Sequence[Model]:
    """The models on a workspace's list, by name, whatever their state."""
    statement = select(Model).join(ModelAllowance).where(ModelAllowance.workspace_id == workspace_id)
    return session.scalars(statement.order_by(Model.name)).all()
