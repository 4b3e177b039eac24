"""The page of metrics of a process that has no web server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from shared.config import Settings
from shared.metrics.server import MetricsAddressRefused, serve_metrics
from tests.unit.web.conftest import SETTINGS


@contextmanager
def serving(token: str | None = None) -> Iterator[str]:
    """A page at some free port; its address."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.setenv("BOTTEGA_METRICS_BIND", "127.0.0.1:0")
        if token is not None:
            patch.setenv("BOTTEGA_METRICS_TOKEN", token)
        server = serve_metrics(Settings())
    assert server is not None
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_it_speaks_both_text_formats_and_only_metrics() -> None:
    with serving() as url, httpx.Client(trust_env=False) as client:
        plain = client.get(f"{url}/metrics")
        assert plain.headers["content-type"].startswith("text/plain; version=")
        open_metrics = client.get(f"{url}/metrics", headers={"Accept": "application/openmetrics-text"})
        assert open_metrics.headers["content-type"].startswith("application/openmetrics-text")
        assert client.get(f"{url}/").status_code == 404


def test_a_token_is_asked_for_where_one_is_set() -> None:
    with serving("s3cret") as url, httpx.Client(trust_env=False) as client:
        assert client.get(f"{url}/metrics").status_code == 401
        assert client.get(f"{url}/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get(f"{url}/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200


def test_an_address_that_is_taken_is_named() -> None:
    with socket.socket() as taken, pytest.MonkeyPatch.context() as patch:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for name, value in {**SETTINGS, "BOTTEGA_METRICS_BIND": address}.items():
            patch.setenv(name, value)
        with pytest.raises(MetricsAddressRefused, match=address):
            serve_metrics(Settings())


@pytest.mark.parametrize("unset", [None, ""])
def test_left_out_nothing_is_served(unset: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    if unset is not None:
        monkeypatch.setenv("BOTTEGA_METRICS_BIND", unset)
    assert serve_metrics(Settings()) is None
