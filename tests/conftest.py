"""Real servers for the whole suite, started once; a clean database for each test that asks for one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from sqlalchemy.orm import Session

from shared.cli.local_stack import LocalStack
from shared.stack import Stack
from tests.empty_tables import empty_tables

_OWN_SETTINGS = [name for name in os.environ if name.startswith("BOTTEGA_") and not name.startswith("BOTTEGA_REQUIRE_")]
# Models share two cores with the servers: threads that spin while they wait would cost tenfold.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
for _name in _OWN_SETTINGS:
    # The suite uses servers of its own: a developer's running stack must not be touched.
    del os.environ[_name]


@pytest.fixture(scope="session")
def short_folder() -> Iterator[Path]:
    """A folder with a short path: Postgres's socket path may have 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def servers(short_folder: Path) -> Iterator[Stack]:
    """Postgres, Redis and the object store, migrated, with this process's settings pointing at them."""
    with Stack(short_folder / "servers", processes=[], say=lambda _line: None) as stack:
        environment = {**stack.environment, "BOTTEGA_WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "true"}
        os.environ.update(environment)
        from shared.schema import migrate
        from shared.storage.s3 import get_store

        migrate()
        get_store().ensure_bucket()
        yield stack
        from shared.db import get_engine

        get_engine().dispose()


@dataclass(frozen=True, slots=True)
class RunningStack:
    """The whole platform, serving: reach it over HTTP only."""

    stack: LocalStack
    web_url: str
    api_key: str


@pytest.fixture(scope="session")
def running_stack(short_folder: Path) -> Iterator[RunningStack]:
    """All of the platform's processes on servers of their own, as `bottega up` starts them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("BOTTEGA_")]:
            patch.delenv(name)
        stack = LocalStack(short_folder / "running", say=lambda _line: None)
        stack.start()
    connection = stack.connection()
    try:
        yield RunningStack(stack, connection.url, connection.api_key)
    finally:
        stack.stop()


@pytest.fixture
def database(servers: Stack, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty tables and an empty Redis, whose last outage, if a test before had one, is over."""
    from shared.catalog.service import forget_models
    from shared.db import get_engine
    from shared.queue.redis import OUTAGE, get_redis

    with get_engine().begin() as connection:
        empty_tables(connection, anew=request.node.get_closest_marker("new_tables") is not None)
    get_redis().flushdb()
    forget_models()
    monkeypatch.setattr(OUTAGE, "_until", 0.0)


@pytest.fixture
def session(database: None) -> Iterator[Session]:
    """One transaction of the platform's own role, committed when the test ends."""
    from shared.db import session_scope

    with session_scope() as opened:
        yield opened


@pytest.fixture
def workspace_id(database: None) -> UUID:
    """A workspace called ``main``."""
    from shared.accounts.service import create_workspace
    from shared.db import session_scope

    with session_scope() as opened:
        return create_workspace(opened, "main", "Main").id


@pytest.fixture
def api_key(workspace_id: UUID) -> str:
    """A key of that workspace with every scope."""
    from shared.accounts.service import create_api_key
    from shared.db import session_scope

    with session_scope() as opened:
        return create_api_key(opened, workspace_id, "tests").secret


@pytest.fixture
def models(database: None) -> None:
    """One catalog entry a family, under the starter models' names.

    A name has the same id in every test, as it has in a catalog: a web process that all tests share may know it still.
    """
    from shared.catalog.families import FamilyName
    from shared.catalog.models import Model
    from shared.db import session_scope

    with session_scope() as opened:
        backdrops = Model(
            id=uuid5(NAMESPACE_URL, "starter/backdrops"),
            name="starter/backdrops",
            family=FamilyName.TEXT_TO_IMAGE,
            source="starter:backdrops",
            revision="0" * 64,
            title="Backdrops",
            defaults={"width": 256, "height": 256, "num_inference_steps": 16, "guidance_scale": 3.0},
            limits={"width": {"one_of": [256]}, "height": {"one_of": [256]}},
            licence="Apache-2.0",
        )
        adcopy = Model(
            id=uuid5(NAMESPACE_URL, "starter/adcopy"),
            name="starter/adcopy",
            family=FamilyName.TEXT,
            source="starter:adcopy",
            revision="1" * 64,
            title="Ad copy",
            defaults={"max_new_tokens": 48},
            limits={"max_new_tokens": {"maximum": 256}},
            licence="Apache-2.0",
        )
        opened.add_all((backdrops, adcopy))
