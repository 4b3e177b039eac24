"""Sign-in links: good for a while, for one key, and made by nobody else."""

from __future__ import annotations

import pytest

from shared.accounts import sign_in
from shared.config import get_settings
from shared.errors import Unauthenticated
from shared.identifiers import new_id


def test_a_token_stands_for_its_key_and_does_not_show_it() -> None:
    api_key_id = new_id()
    token = sign_in.make_token(api_key_id)

    assert sign_in.read_token(token) == api_key_id


def test_a_token_that_was_tampered_with_is_refused() -> None:
    token = sign_in.make_token(new_id())

    for forged in (token[:-2] + ("aa" if token[-2:] != "aa" else "bb"), "x" + token, "", "a.b.c"):
        with pytest.raises(Unauthenticated):
            sign_in.read_token(forged)


def test_a_token_of_another_installation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_in.make_token(new_id())
    monkeypatch.setenv("BOTTEGA_SECRET_KEY", "another" * 8)
    get_settings.cache_clear()

    with pytest.raises(Unauthenticated):
        sign_in.read_token(token)


def test_an_old_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign_in.make_token(new_id())
    monkeypatch.setattr(sign_in, "TOKEN_SECONDS", -1)

    with pytest.raises(Unauthenticated):
        sign_in.read_token(token)
