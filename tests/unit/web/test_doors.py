"""Every route says who may call it."""

from __future__ import annotations

import pytest
from apiflask import APIFlask

from shared.accounts.service import Scope
from web.auth import Access, Door, access_of, install

_OPEN = {
    "static",
    "health.healthz",
    "health.readyz",
    "docs.openapi",
    "docs.reference",
    "sign_in.show",
    "sign_in.enter",
    "sign_in.leave",
}


def test_every_route_declares_its_door(app: APIFlask) -> None:
    assert [name for name in app.view_functions if access_of(app, name) is None] == []


def test_nothing_is_open_that_need_not_be(app: APIFlask) -> None:
    found = {name for name in app.view_functions if access_of(app, name) == Access(Door.OPEN)}
    assert found == _OPEN


def test_an_application_with_an_undeclared_route_does_not_start(settings: pytest.MonkeyPatch) -> None:
    app = APIFlask("careless", spec_path=None, docs_path=None)
    app.add_url_rule("/secrets", "secrets", lambda: "all of them")
    with pytest.raises(LookupError, match="secrets"):
        install(app)


def test_the_api_opens_to_keys_only_and_the_pages_to_sessions_only(app: APIFlask) -> None:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access is not None
        if access.door not in (Door.OPEN, Door.SCRAPER):
            assert access.door is (Door.API_KEY if rule.rule.startswith("/api/") else Door.SIGNED_IN), rule.rule


def test_only_metrics_are_for_scrapers(app: APIFlask) -> None:
    rules = app.url_map.iter_rules()
    assert {rule.rule for rule in rules if access_of(app, rule.endpoint) == Access(Door.SCRAPER)} <= {"/metrics"}


def test_what_changes_something_needs_more_than_the_read_scope(app: APIFlask) -> None:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if {"POST", "DELETE"} & (rule.methods or set()) and access != Access(Door.OPEN):
            assert access is not None
            assert access.scope in (Scope.WRITE, Scope.ADMIN), rule.rule
