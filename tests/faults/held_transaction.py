"""Stop a transaction of the platform where a fault is wanted: a trigger that waits for a lock the test holds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from enum import Enum
from typing import Any

import psycopg

from tests.faults.scene import Scene

_LOCK = 20_741


class Moment(Enum):
    """Where a transaction is stopped, if the job's label ``hold`` says so: the trigger and its condition."""

    ACCEPTING = ("TRIGGER", "AFTER INSERT ON jobs", "NEW.labels ? 'hold'")
    """After the job's row is written, before COMMIT is sent."""
    COMMITTING = (
        "CONSTRAINT TRIGGER",
        "AFTER INSERT ON jobs DEFERRABLE INITIALLY DEFERRED",
        "NEW.labels ? 'hold'",
    )
    """Inside COMMIT, before it is durable."""
    FINISHING = ("TRIGGER", "AFTER UPDATE OF state ON jobs", "NEW.state = 'succeeded' AND NEW.labels ? 'hold'")
    """While a worker writes that the job has succeeded."""


@contextlib.contextmanager
def held(scene: Scene, moment: Moment) -> Iterator[None]:
    """Stop transactions of labelled jobs there for the length of the block; they go on when it ends."""
    kind, when, condition = moment.value
    with scene.connection() as connection:
        connection.execute(
            "CREATE OR REPLACE FUNCTION faults_hold() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN PERFORM pg_advisory_xact_lock_shared({_LOCK}); RETURN NULL; END $$"
        )
        connection.execute("DROP TRIGGER IF EXISTS faults_hold ON jobs")
        connection.execute(
            f"CREATE {kind} faults_hold {when} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION faults_hold()"
        )
        try:
            connection.execute(f"SELECT pg_advisory_lock({_LOCK})")
            yield
        finally:
            # A session that ended, whatever ended it, holds no lock.
            with contextlib.suppress(psycopg.OperationalError):
                connection.execute("SELECT pg_advisory_unlock_all()")
    scene.until(lambda: _dropped(scene), "the removal of the trigger")


def _dropped(scene: Scene) -> bool:
    try:
        with scene.connection() as connection:
            connection.execute("DROP TRIGGER IF EXISTS faults_hold ON jobs")
    except psycopg.OperationalError:
        return False
    return True


def stopped(scene: Scene) -> list[dict[str, Any]]:
    """The sessions that stand still there, with the statement they are in."""
    return scene.rows(
        "SELECT pid, query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND wait_event = 'advisory'"
        " AND query NOT ILIKE '%pg_advisory_xact_lock(hashtext%'"
    )
