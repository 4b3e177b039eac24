"""Whose address counts behind a proxy."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask import request

from shared.config import get_settings
from web.app import create_app
from web.auth import open_to_all


def address_seen(app: APIFlask) -> str:
    @open_to_all
    def address() -> str:
        return str(request.remote_addr)

    app.add_url_rule("/api/v1/address", "address", address)
    return app.test_client().get("/api/v1/address", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}).text


def test_without_a_proxy_nobody_can_say_where_they_come_from(app: APIFlask) -> None:
    assert address_seen(app) == "127.0.0.1"


def test_behind_a_tls_proxy_the_address_is_the_one_it_saw(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("BOTTEGA_PUBLIC_URL", "https://bottega.test")
    get_settings.cache_clear()
    assert address_seen(create_app()) == "198.51.100.7"
