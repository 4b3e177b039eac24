"""Signing in to the pages: a link that is good for some minutes, and the key that a browser session stands for."""

from __future__ import annotations

from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from shared.accounts import repository
from shared.accounts.service import Principal, Scope
from shared.crypto import derived_secret
from shared.errors import Unauthenticated

TOKEN_SECONDS = 15 * 60


def make_token(api_key_id: UUID) -> str:
    """A signed token for ``/sign-in?token=...`` that stands for a key without showing it."""
    return _serializer().dumps(str(api_key_id))


def read_token(token: str) -> UUID:
    """The key a token stands for. Raises ``Unauthenticated`` for one that is forged or too old."""
    try:
        return UUID(_serializer().loads(token, max_age=TOKEN_SECONDS))
    except (BadData, ValueError) as error:
        raise Unauthenticated("This sign-in link is not valid any more.") from error


def principal_of_key(session: Session, api_key_id: UUID) -> Principal:
    """Who a browser session acts for. Raises ``Unauthenticated`` once its key is revoked or has expired."""
    key = repository.find_valid_key_by_id(session, api_key_id)
    if key is None:
        raise Unauthenticated("The API key of this session is not valid any more.")
    repository.touch_key(session, key)
    return Principal(key.workspace_id, key.id, frozenset(Scope(scope) for scope in key.scopes))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(derived_secret("sign-in-link"))
