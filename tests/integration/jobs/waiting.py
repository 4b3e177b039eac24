"""Wait for something to become true, for so long and no longer."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import text

from shared.db import get_engine


def until(condition: Callable[[], object], seconds: float = 10, what: str = "it") -> None:
    """Return once the condition holds. Fails when it has not by then."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.01)


def until_somebody_waits_for_a_lock() -> None:
    """Return once a statement stands still behind another transaction."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with get_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        until(lambda: connection.scalar(query), what="a wait for a lock")
