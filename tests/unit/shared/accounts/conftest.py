"""Settings with a key to sign with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.config import get_settings


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Settings of this test's own; no server is reached."""
    monkeypatch.setenv("BOTTEGA_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("BOTTEGA_REDIS_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setenv("BOTTEGA_SECRET_KEY", "k" * 32)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
