"""What must hold after any fault, asked of the database and the store themselves."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Connection, text

from shared.config import Settings
from shared.db import make_engine
from shared.storage.s3 import S3Store

_TERMINAL = ("succeeded", "failed", "canceled")
_LETTERS = {
    "job.accepted": "A",
    "job.started": "S",
    "job.requeued": "R",
    "job.succeeded": "E",
    "job.failed": "E",
    "job.canceled": "E",
}
_LIFE = re.compile("A(SR)*S?E")
"""Accepted, started and requeued in turn, ended: each once a transition. Other events are not transitions."""


def assert_nothing_lost_or_doubled(environment: Mapping[str, str], accepted: Collection[str]) -> None:
    """Every accepted job ended once: one terminal state and event, one charge a kind, one verified set of outputs."""
    engine = make_engine(environment["BOTTEGA_DATABASE_URL"], pool_size=1)
    try:
        with engine.connect() as connection:
            ids = [UUID(job_id) for job_id in accepted]
            _assert_every_job_ended(connection, ids)
            _assert_one_terminal_event_each(connection, ids)
            _assert_one_event_a_transition(connection, ids)
            _assert_charges_match_successes(connection, ids)
            _assert_outputs_are_stored(connection, ids, store_of(environment))
            _assert_no_lease_is_left(connection)
    finally:
        engine.dispose()


def assert_one_job_a_key(environment: Mapping[str, str], receipts: Mapping[str, str]) -> None:
    """Every job carries its Idempotency-Key as the label ``key``: one job a key, and the one that was answered."""
    engine = make_engine(environment["BOTTEGA_DATABASE_URL"], pool_size=1)
    query = text("SELECT labels->>'key' AS key, id::text AS id FROM jobs WHERE labels->>'key' = ANY(:keys)")
    try:
        with engine.connect() as connection:
            found = [(row.key, row.id) for row in connection.execute(query, {"keys": list(receipts)})]
    finally:
        engine.dispose()
    assert len(found) == len(dict(found)), f"keys with several jobs: {len(found) - len(dict(found))}"
    assert dict(found) == dict(receipts), "the client was answered other ids than the database has"


def _assert_every_job_ended(connection: Connection, ids: list[UUID]) -> None:
    query = text("SELECT id, state FROM jobs WHERE id = ANY(:ids)")
    states = {row.id: row.state for row in connection.execute(query, {"ids": ids})}
    assert set(states) == set(ids), f"lost: {set(ids) - set(states)}"
    unfinished = {job_id: state for job_id, state in states.items() if state not in _TERMINAL}
    assert not unfinished, f"not ended: {unfinished}"


def _assert_one_terminal_event_each(connection: Connection, ids: list[UUID]) -> None:
    query = text(
        "SELECT jobs.id, count(events.id) AS ends FROM jobs LEFT JOIN events ON events.job_id = jobs.id"
        " AND events.type IN ('job.succeeded', 'job.failed', 'job.canceled') WHERE jobs.id = ANY(:ids) GROUP BY jobs.id"
    )
    wrong = {row.id: row.ends for row in connection.execute(query, {"ids": ids}) if row.ends != 1}
    assert not wrong, f"jobs that did not end exactly once: {wrong}"


def _assert_one_event_a_transition(connection: Connection, ids: list[UUID]) -> None:
    query = text("SELECT job_id, type FROM events WHERE job_id = ANY(:ids) ORDER BY job_id, sequence")
    lives: dict[UUID, str] = {}
    for row in connection.execute(query, {"ids": ids}):
        lives[row.job_id] = lives.get(row.job_id, "") + _LETTERS.get(row.type, "")
    wrong = {job_id: life for job_id, life in lives.items() if not _LIFE.fullmatch(life)}
    assert not wrong, f"lives that no job can have: {wrong}"


def _assert_charges_match_successes(connection: Connection, ids: list[UUID]) -> None:
    query = text(
        "SELECT jobs.id FROM jobs LEFT JOIN usage_ledger ON usage_ledger.job_id = jobs.id WHERE jobs.id = ANY(:ids)"
        " GROUP BY jobs.id, jobs.state"
        " HAVING count(usage_ledger.id) <> CASE WHEN jobs.state = 'succeeded' THEN 2 ELSE 0 END"
    )
    wrong = connection.scalars(query, {"ids": ids}).all()
    assert not wrong, f"jobs charged wrongly: {wrong}"


def _assert_outputs_are_stored(connection: Connection, ids: list[UUID], store: S3Store) -> None:
    query = text(
        "SELECT jobs.id, jobs.state, jobs.output_count, count(artifacts.id) AS made FROM jobs"
        " LEFT JOIN artifacts ON artifacts.job_id = jobs.id WHERE jobs.id = ANY(:ids) GROUP BY jobs.id"
    )
    for row in connection.execute(query, {"ids": ids}):
        expected = row.output_count if row.state == "succeeded" else 0
        assert row.made == expected, f"job {row.id} is {row.state} with {row.made} outputs instead of {expected}"
    files = text("SELECT object_key, sha256 FROM artifacts WHERE job_id = ANY(:ids)")
    for row in connection.execute(files, {"ids": ids}):
        stored = hashlib.sha256(b"".join(store.read(row.object_key))).digest()
        assert stored == bytes(row.sha256), f"the store holds other bytes at {row.object_key}"


def _assert_no_lease_is_left(connection: Connection) -> None:
    left = connection.scalar(text("SELECT count(*) FROM jobs WHERE state = 'running' AND lease_until < now()"))
    assert left == 0, f"{left} running jobs have a lease that ran out"


def store_of(environment: Mapping[str, str]) -> S3Store:
    """The store of the stack that runs with these variables."""
    given = {name.removeprefix("BOTTEGA_").lower(): value for name, value in environment.items()}
    return S3Store(Settings.model_validate(given))
