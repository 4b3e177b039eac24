"""API keys: whom they stand for, and when they stop."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.accounts import repository, service, sign_in
from shared.accounts.service import Principal, Scope
from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import NotFound, Unauthenticated
from shared.identifiers import new_id


def who(secret: str) -> Principal:
    with session_scope() as session:
        return service.authenticate(session, secret)


def test_a_key_stands_for_its_workspace_with_its_scopes(workspace_id: UUID) -> None:
    with session_scope() as session:
        made = service.create_api_key(session, workspace_id, "reader", frozenset({Scope.READ}))

    assert who(made.secret) == Principal(workspace_id, made.record.id, frozenset({Scope.READ}))


def test_the_secret_is_not_in_the_database(workspace_id: UUID, api_key: str) -> None:
    with session_scope() as session:
        stored = session.execute(text("SELECT api_keys::text FROM api_keys")).scalar_one()

    assert api_key not in stored
    assert api_key.encode().hex() not in stored
    assert api_key[:11] in stored, "a person recognises it by its beginning"


@pytest.mark.parametrize("forged", ["", "bott_", "bott_" + "a" * 43, "Bearer x"])
def test_what_is_no_key_is_refused(workspace_id: UUID, forged: str) -> None:
    with pytest.raises(Unauthenticated):
        who(forged)


def test_a_revoked_key_is_refused_wherever_it_is_used_and_keeps_its_first_time(
    workspace_id: UUID, api_key: str
) -> None:
    key_id = who(api_key).api_key_id
    with session_scope() as session:
        first = service.revoke_api_key(session, key_id).revoked_at
    with session_scope() as session:
        assert service.revoke_api_key(session, key_id).revoked_at == first

    with pytest.raises(Unauthenticated):
        who(api_key)
    with pytest.raises(Unauthenticated), session_scope() as session:
        sign_in.principal_of_key(session, key_id)


def test_a_key_stops_at_its_end(workspace_id: UUID) -> None:
    with session_scope() as session:
        over, still = (
            service.create_api_key(session, workspace_id, "k", expires_at=utc_now() + timedelta(minutes=minutes)).secret
            for minutes in (-1, 1)
        )

    assert who(still).workspace_id == workspace_id
    with pytest.raises(Unauthenticated):
        who(over)


def test_the_last_use_is_noted_once_a_minute(workspace_id: UUID, api_key: str) -> None:
    def last_used() -> object:
        with session_scope() as session:
            return repository.list_keys(session, workspace_id)[0].last_used_at

    assert last_used() is None
    who(api_key)
    first = last_used()
    who(api_key)
    assert first is not None
    assert last_used() == first
    with session_scope() as session:
        session.execute(text("UPDATE api_keys SET last_used_at = last_used_at - interval '2 minutes'"))
    who(api_key)
    assert last_used() >= first  # type: ignore[operator]


def test_an_unknown_key_cannot_be_revoked(database: None) -> None:
    with pytest.raises(NotFound), session_scope() as session:
        service.revoke_api_key(session, new_id())
