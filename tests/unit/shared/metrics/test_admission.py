"""Which callers count as this machine itself."""

from __future__ import annotations

import pytest

from shared.config import Settings
from shared.metrics.admission import may_scrape
from tests.unit.web.conftest import SETTINGS


def _no_header(_name: str) -> None:
    return None


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_every_loopback_address_does(settings: Settings, address: str) -> None:
    assert may_scrape(settings, address, _no_header)


@pytest.mark.parametrize("address", ["10.0.0.1", "192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "", "localhost"])
def test_no_other_does(settings: Settings, address: str) -> None:
    assert not may_scrape(settings, address, _no_header)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_what_a_proxy_passes_on_does_not(settings: Settings, header: str) -> None:
    assert not may_scrape(settings, "127.0.0.1", lambda name: "for=192.0.2.1" if name == header else None)
