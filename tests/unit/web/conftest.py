"""An application that reaches no server: what it does before it needs one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from shared.config import get_settings
from shared.db import get_engine
from shared.queue.redis import get_redis

SETTINGS = {
    "BOTTEGA_DATABASE_URL": "postgresql+psycopg://nobody:nothing@127.0.0.1:9/none",
    "BOTTEGA_REDIS_URL": "redis://127.0.0.1:9/0",
    "BOTTEGA_SECRET_KEY": "a key that signs nothing but what this test reads",
    "BOTTEGA_PUBLIC_URL": "http://bottega.test",
}


@pytest.fixture
def settings() -> Iterator[pytest.MonkeyPatch]:
    """Settings of an installation that is not there."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        _forget()
        yield patch
    _forget()


def _forget() -> None:
    """Whoever comes next reads settings of their own, and connects to what those say."""
    for kept in (get_settings, get_engine, get_redis):
        kept.cache_clear()


@pytest.fixture
def app(settings: pytest.MonkeyPatch) -> APIFlask:
    """The application with these settings."""
    from web.app import create_app

    return create_app()


@pytest.fixture
def spec(app: APIFlask) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return document
