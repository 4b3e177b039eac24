"""An empty database on the suite's server, with nothing migrated."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from shared.db import get_engine, make_engine
from shared.identifiers import new_id
from shared.stack import Stack


@pytest.fixture
def empty_database(servers: Stack) -> Iterator[Engine]:
    """An engine of a database that has just been created. It goes with the server: dropping it takes a checkpoint."""
    name = f"empty_{new_id().hex}"
    server = get_engine().execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = make_engine(
        make_url(servers.environment["BOTTEGA_DATABASE_URL"]).set(database=name).render_as_string(False)
    )
    yield engine
    engine.dispose()
