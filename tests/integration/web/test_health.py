"""Probes."""

from __future__ import annotations

import pytest
import redis
from apiflask import APIFlask

from shared.errors import DatabaseUnavailable


def test_the_process_and_what_it_needs_answer(app: APIFlask, database: None) -> None:
    client = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ok", "postgres": "ok", "redis": "ok"}


def test_redis_away_is_said(app: APIFlask, database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> object:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.Redis, "ping", away)
    reply = app.test_client().get("/readyz")
    assert reply.status_code == 503
    assert reply.get_json() == {"status": "unavailable", "postgres": "ok", "redis": "unavailable"}


def test_postgres_away_is_said(app: APIFlask, database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> object:
        raise DatabaseUnavailable

    monkeypatch.setattr("web.api.health.session_scope", away)
    reply = app.test_client().get("/readyz")
    assert reply.status_code == 503
    assert reply.get_json() == {"status": "unavailable", "postgres": "unavailable", "redis": "ok"}
