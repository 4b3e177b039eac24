"""The command as a user runs it, against a scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from shared.cli.main import app
from tests.unit.shared.client.scripted_server import ScriptedServer

Run = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    yield scripted
    scripted.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``bottega`` with arguments; nothing of the environment's own settings gets in."""
    for name in ("BOTTEGA_URL", "BOTTEGA_API_KEY", "BOTTEGA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return lambda *arguments, **options: CliRunner().invoke(app, [str(one) for one in arguments], **options)


@pytest.fixture
def at(server: ScriptedServer) -> list[str]:
    """The options that lead to the scripted server."""
    return ["--url", server.url, "--key", "bott_test"]
