"""Queries on workspaces and keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from shared.accounts.models import ApiKey, Workspace
from shared.clock import utc_now

_LAST_USED_GRAIN = timedelta(minutes=1)


def find_workspace(session: Session, slug: str) -> Workspace | None:
    """The workspace of that slug."""
    return session.scalar(select(Workspace).where(Workspace.slug == slug))


def list_workspaces(session: Session) -> Sequence[Workspace]:
    """Every workspace that the transaction's role sees, by slug."""
    return session.scalars(select(Workspace).order_by(Workspace.slug)).all()


def find_valid_key(session: Session, key_hash: bytes) -> ApiKey | None:
    """The key of that hash, unless it was revoked or has expired."""
    return session.scalar(select(ApiKey).where(ApiKey.key_hash == key_hash, _is_valid()))


def find_valid_key_by_id(session: Session, api_key_id: UUID) -> ApiKey | None:
    """The key of that id, unless it was revoked or has expired."""
    return session.scalar(select(ApiKey).where(ApiKey.id == api_key_id, _is_valid()))


def _is_valid() -> ColumnElement[bool]:
    return ApiKey.revoked_at.is_(None) & (ApiKey.expires_at.is_(None) | (ApiKey.expires_at > func.now()))


def touch_key(session: Session, key: ApiKey) -> None:
    """Note that the key was used, once a minute at most: a write a request would be a hot row."""
    if key.last_used_at is not None and utc_now() - key.last_used_at < _LAST_USED_GRAIN:
        return
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == key.id,
            (ApiKey.last_used_at.is_(None)) | (ApiKey.last_used_at < func.now() - _LAST_USED_GRAIN),
        )
        .values(last_used_at=func.now()),
        execution_options={"synchronize_session": False},
    )


def list_keys(session: Session, workspace_id: UUID) -> Sequence[ApiKey]:
    """A workspace's keys, revoked ones too, newest first."""
    return session.scalars(select(ApiKey).where(ApiKey.workspace_id == workspace_id).order_by(ApiKey.id.desc())).all()


def revoke_key(session: Session, api_key_id: UUID) -> ApiKey | None:
    """The key of that id, revoked: now, or when it first was."""
    session.execute(
        update(ApiKey).where(ApiKey.id == api_key_id, ApiKey.revoked_at.is_(None)).values(revoked_at=func.now()),
        execution_options={"synchronize_session": False},
    )
    return session.get(ApiKey, api_key_id, populate_existing=True)
