"""The web on real servers: in this process for most tests, as a process of its own where that is the point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from apiflask import APIFlask

from shared.accounts.service import Scope, create_api_key, create_workspace
from shared.db import session_scope
from shared.stack import Stack
from tests.integration.web.caller import Caller
from tests.integration.web.web_process import web_process


@pytest.fixture(scope="session")
def app(servers: Stack) -> APIFlask:
    """The application."""
    from web.app import create_app

    return create_app()


@pytest.fixture
def api(app: APIFlask, models: None, api_key: str) -> Caller:
    """The API, called with a key of ``main``."""
    return Caller(app, api_key)


@pytest.fixture
def stranger_id(database: None) -> UUID:
    """A workspace called ``other``."""
    with session_scope() as session:
        return create_workspace(session, "other", "Other").id


@pytest.fixture
def stranger(app: APIFlask, models: None, stranger_id: UUID) -> Caller:
    """The API, called with a key of ``other``."""
    with session_scope() as session:
        return Caller(app, create_api_key(session, stranger_id, "tests").secret)


@pytest.fixture
def reader(app: APIFlask, models: None, workspace_id: UUID) -> Caller:
    """The API, called with a key of ``main`` that may only read."""
    with session_scope() as session:
        return Caller(app, create_api_key(session, workspace_id, "reader", frozenset({Scope.READ})).secret)


@pytest.fixture(scope="session")
def web_url(servers: Stack, short_folder: Path) -> Iterator[str]:
    """The web as `bottega up` starts it, on the suite's servers; its address."""
    with web_process(servers.environment, short_folder / "web") as stack:
        assert stack.web_url is not None
        yield stack.web_url
