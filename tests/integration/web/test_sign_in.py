"""Signing in to the pages."""

from __future__ import annotations

from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, update

from shared.accounts import sign_in
from shared.accounts.models import ApiKey
from shared.accounts.service import create_api_key
from shared.accounts.sign_in import make_token
from shared.db import session_scope
from tests.integration.web.browser_session import BrowserSession, form, words


@pytest.fixture
def browser(app: APIFlask, models: None) -> BrowserSession:
    """A browser that nobody has signed in with."""
    return BrowserSession(app)


@pytest.fixture
def key_id(workspace_id: UUID) -> UUID:
    """The id of a key of ``main``."""
    with session_scope() as session:
        return create_api_key(session, workspace_id, "person").record.id


def test_a_page_sends_a_stranger_to_sign_in_and_back(browser: BrowserSession, api_key: str) -> None:
    reply = browser.fetch("/jobs?state=failed")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/sign-in?next=%2Fjobs%3Fstate%3Dfailed")
    page = browser.open("/jobs?state=failed")
    entered = browser.send(page, "/sign-in", api_key=api_key)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/jobs?state=failed")
    assert "No job is failed" in words(browser.open("/jobs?state=failed").text)


def test_a_wrong_key_is_told_at_its_field(browser: BrowserSession) -> None:
    reply = browser.sign_in("bott_wrong")
    assert reply.status_code == 401
    assert "not a valid API key" in words(reply.text)
    assert 'aria-invalid="true"' in reply.text
    assert "bott_wrong" not in reply.text


def test_a_link_signs_in(browser: BrowserSession, key_id: UUID) -> None:
    reply = browser.fetch(f"/sign-in?token={make_token(key_id)}")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/")
    assert "What shall we make?" in browser.open("/").text


def test_a_link_that_is_too_old_does_not(
    browser: BrowserSession, key_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = make_token(key_id)
    monkeypatch.setattr(sign_in, "TOKEN_SECONDS", -1)
    reply = browser.fetch(f"/sign-in?token={token}")
    assert reply.status_code == 401
    assert "not valid any more" in words(reply.text)


@pytest.mark.parametrize("token", ["x", "", "IjAxOWExZjA0Ig.aaaa.bbbb"])
def test_a_forged_link_does_not(browser: BrowserSession, database: None, token: str) -> None:
    assert browser.fetch(f"/sign-in?token={token}").status_code == 401


def test_a_session_ends_with_its_key(browser: BrowserSession, api_key: str, workspace_id: UUID) -> None:
    browser.sign_in(api_key)
    assert browser.fetch("/jobs").status_code == 200
    with session_scope() as session:
        session.execute(update(ApiKey).where(ApiKey.workspace_id == workspace_id).values(revoked_at=func.now()))
    assert browser.fetch("/jobs").headers["Location"].startswith("/sign-in")


def test_the_session_is_a_new_one_after_signing_in(browser: BrowserSession, api_key: str) -> None:
    page = browser.open("/sign-in")
    before = browser.cookie()
    browser.sign_in(api_key)
    assert before
    assert browser.cookie() != before
    token_of_before = form(page.text, "/sign-in")["csrf_token"]
    assert browser.post("/sign-out", csrf_token=token_of_before).status_code == 400


def test_signing_out_forgets(browser: BrowserSession, api_key: str) -> None:
    browser.sign_in(api_key)
    reply = browser.send(browser.open("/"), "/sign-out")
    assert reply.status_code == 303
    assert browser.fetch("/jobs").status_code == 303


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "jobs"]
)
def test_nobody_is_sent_to_another_site(browser: BrowserSession, api_key: str, target: str) -> None:
    reply = browser.send(browser.open("/sign-in"), "/sign-in", api_key=api_key, next=target)
    assert reply.headers["Location"] == "/"


def test_a_form_without_its_token_is_refused_with_a_page(browser: BrowserSession, api_key: str) -> None:
    reply = browser.send(browser.open("/sign-in"), "/sign-in", api_key=api_key, csrf_token="")
    assert reply.status_code == 400
    assert "too old" in words(reply.text)
    assert browser.fetch("/jobs").status_code == 303


def test_guessing_is_slowed_down(browser: BrowserSession) -> None:
    page = browser.open("/sign-in")
    replies = [browser.send(page, "/sign-in", api_key=f"bott_{number}") for number in range(45)]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert refused, "45 attempts within a minute or two windows"
    assert int(refused[0].headers["Retry-After"]) > 0
    assert "Slow down" in refused[0].text


def test_signing_in_is_closed_while_attempts_cannot_be_counted(
    browser: BrowserSession, api_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.open("/sign-in")
    monkeypatch.setattr("web.rate_limits._count", lambda *_: None)
    reply = browser.send(page, "/sign-in", api_key=api_key)
    assert reply.status_code == 503
    assert "Closed for a moment" in reply.text
    assert browser.fetch("/jobs").status_code == 303
