"""Queries on the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.catalog.models import Model, ModelState
from shared.identifiers import new_id

_names: dict[UUID, str] = {}


def enabled_models(session: Session) -> Sequence[Model]:
    """Every model that jobs may name, by name."""
    return session.scalars(select(Model).where(Model.state == ModelState.ENABLED).order_by(Model.name)).all()


def find_enabled(session: Session, name: str) -> Model | None:
    """The enabled model of that name."""
    return session.scalar(select(Model).where(Model.name == name, Model.state == ModelState.ENABLED))


def find(session: Session, name: str) -> Model | None:
    """The model of that name, whatever its state."""
    return session.scalar(select(Model).where(Model.name == name))


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
