"""Queries on templates and brand kits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.campaigns.models import BrandKit, Template

_Kept = TypeVar("_Kept", Template, BrandKit)


def list_templates(session: Session, workspace_id: UUID) -> Sequence[Template]:
    """A workspace's own templates, by name."""
    return session.scalars(select(Template).where(Template.workspace_id == workspace_id).order_by(Template.name)).all()


def list_kits(session: Session, workspace_id: UUID) -> Sequence[BrandKit]:
    """A workspace's brand kits, by name."""
    return session.scalars(select(BrandKit).where(BrandKit.workspace_id == workspace_id).order_by(BrandKit.name)).all()


def find_template(session: Session, workspace_id: UUID, name: str) -> Template | None:
    """The workspace's own template of that name."""
    return session.scalar(select(Template).where(Template.workspace_id == workspace_id, Template.name == name))


def find_kit(session: Session, workspace_id: UUID, name: str) -> BrandKit | None:
    """The workspace's brand kit of that name."""
    return session.scalar(select(BrandKit).where(BrandKit.workspace_id == workspace_id, BrandKit.name == name))


def put_template(session: Session, workspace_id: UUID, name: str, title: str, layout: Mapping[str, Any]) -> Template:
    """Write a template, over the one of that name; its version grows only where something differs."""
    return _put(session, Template, workspace_id, name, title, "layout", layout)


def put_kit(session: Session, workspace_id: UUID, name: str, title: str, kit: Mapping[str, Any]) -> BrandKit:
    """Write a brand kit, over the one of that name; its version grows only where something differs."""
    return _put(session, BrandKit, workspace_id, name, title, "kit", kit)


def _put(
    session: Session,
    table: type[_Kept],
    workspace_id: UUID,
    name: str,
    title: str,
    column: str,
    document: Mapping[str, Any],
) -> _Kept:
    values = {"workspace_id": workspace_id, "name": name, "title": title, column: dict(document)}
    fresh = insert(table).values(**values)
    changed = getattr(table, column) != fresh.excluded[column]
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["workspace_id", "name"],
            set_={
                "title": fresh.excluded.title,
                column: fresh.excluded[column],
                "version": table.version + 1,
                "updated_at": func.now(),
            },
            where=changed,
        )
    )
    query = select(table).where(table.workspace_id == workspace_id, table.name == name)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def remove_template(session: Session, workspace_id: UUID, name: str) -> bool:
    """Forget a template; whether there was one."""
    gone = delete(Template).where(Template.workspace_id == workspace_id, Template.name == name)
    return session.scalar(gone.returning(Template.id)) is not None


def remove_kit(session: Session, workspace_id: UUID, name: str) -> bool:
    """Forget a brand kit; whether there was one."""
    gone = delete(BrandKit).where(BrandKit.workspace_id == workspace_id, BrandKit.name == name)
    return session.scalar(gone.returning(BrandKit.id)) is not None
