"""Workspaces and who may act for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import repository
from shared.accounts.models import ApiKey, Workspace
from shared.crypto import encrypt, keyed_hash, new_signing_secret, random_token
from shared.errors import NotFound, Unauthenticated
from shared.identifiers import new_id

KEY_PREFIX = "bott_"
_SHOWN_CHARACTERS = len(KEY_PREFIX) + 6


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a key, for one workspace."""

    workspace_id: UUID
    api_key_id: UUID
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made. ``secret`` is known now and never again."""

    record: ApiKey
    secret: str


def create_workspace(session: Session, slug: str, name: str) -> Workspace:
    """A new tenant with its own webhook secret."""
    workspace = Workspace(
        id=new_id(),
        slug=slug,
        name=name,
        webhook_secret=encrypt("webhook-secret", new_signing_secret().encode()),
    )
    session.add(workspace)
    session.flush()
    return workspace


def create_api_key(
    session: Session,
    workspace_id: UUID,
    name: str,
    scopes: frozenset[Scope] = frozenset(Scope),
    expires_at: datetime | None = None,
) -> NewApiKey:
    """A new key: a prefix that says what it is, and 256 random bits."""
    secret = KEY_PREFIX + random_token(256)
    record = ApiKey(
        id=new_id(),
        workspace_id=workspace_id,
        name=name,
        prefix=secret[:_SHOWN_CHARACTERS],
        key_hash=keyed_hash("api-key", secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
    )
    session.add(record)
    session.flush()
    return NewApiKey(record, secret)


def authenticate(session: Session, secret: str) -> Principal:
    """Whose key this is. Raises ``Unauthenticated``, without saying whether the key ever was one."""
    key = repository.find_valid_key(session, keyed_hash("api-key", secret))
    if key is None:
        raise Unauthenticated("This API key is not valid.")
    repository.touch_key(session, key)
    return Principal(key.workspace_id, key.id, frozenset(Scope(scope) for scope in key.scopes))


def revoke_api_key(session: Session, api_key_id: UUID) -> ApiKey:
    """Make a key invalid, for good; twice is once. Raises ``NotFound``."""
    key = repository.revoke_key(session, api_key_id)
    if key is None:
        raise NotFound("There is no such API key.")
    return key
