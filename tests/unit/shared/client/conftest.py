"""A scripted server, and a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.client import Client
from tests.unit.shared.client.scripted_server import ScriptedServer


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    yield scripted
    scripted.close()


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    with Client(server.url, "bott_test", timeout=2, patience=5) as made:
        yield made
