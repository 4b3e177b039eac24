"""Queries on workspaces and keys."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.accounts.models import ApiKey, Workspace

_LAST_USED_GRAIN = timedelta(minutes=1)


def find_workspace(session: Session, slug: str) -> Workspace | None:
    """The workspace of that slug."""
    return session.scalar(select(Workspace).where(Workspace.slug == slug))


def find_valid_key(session: Session, key_hash: bytes) -> ApiKey | None:
    """The key of that hash, unless it was revoked or has expired."""
    return session.scalar(
        select(ApiKey).where(
            ApiKey.key_hash == key_hash,
            ApiKey.revoked_at.is_(None),
            (ApiKey.expires_at.is_(None)) | (ApiKey.expires_at > func.now()),
        )
    )


def touch_key(session: Session, key: ApiKey) -> None:
    """Note that the key was used, once a minute at most: a write a request would be a hot row."""
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == key.id,
            (ApiKey.last_used_at.is_(None)) | (ApiKey.last_used_at < func.now() - _LAST_USED_GRAIN),
        )
        .values(last_used_at=func.now()),
        execution_options={"synchronize_session": False},
    )
