"""Row 13: Postgres ends sessions, an answer to COMMIT is lost, and Postgres crashes while a job is being finished."""

from __future__ import annotations

import os
import signal
import time

from tests.faults.held_transaction import Moment, held, stopped
from tests.faults.postgres_proxy import PostgresProxy
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene

_END_SOME = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = 'bottega' AND pid <> pg_backend_pid() AND random() < 0.5"
)
_LOSSES = 3


def inject(scene: Scene) -> None:
    """No 2xx without a row; a job is charged or run again, never both."""
    for _ in range(_LOSSES):
        _lose_commit(scene, scene.stack.web_database, "INSERT INTO jobs")
        _lose_commit(scene, scene.stack.worker_database, "INSERT INTO usage_ledger")
    if scene.thorough:
        _end_sessions(scene, 10)
        _crash_while_finishing(scene)
    scene.over()


def _end_sessions(scene: Scene, seconds: float) -> None:
    ended, until = 0, time.monotonic() + seconds
    with scene.connection() as connection:
        while time.monotonic() < until:
            ended += len(connection.execute(_END_SOME).fetchall())
            time.sleep(scene.rng.uniform(0.05, 0.3))
    if ended == 0:
        raise NotInjected("no session was ended")
    scene.note(f"{ended} sessions ended")


def _lose_commit(scene: Scene, proxy: PostgresProxy, statement: str) -> None:
    proxy.lose_commit(statement)
    scene.until_injected(proxy.lost.is_set, f"a COMMIT after {statement} without its answer")


def _crash_while_finishing(scene: Scene) -> None:
    """SIGQUIT is `pg_ctl stop -m immediate`: no checkpoint, and the next start replays the log."""
    before = scene.stack.main_pid("postgres")
    with held(scene, Moment.FINISHING):
        receipt = scene.send(f"{scene.name}: finished while Postgres crashes", labels={"hold": "yes"})
        scene.until_injected(lambda: stopped(scene), "a finish that stands still")
        os.kill(before, signal.SIGQUIT)
        scene.until_injected(lambda: scene.stack.process("postgres").pid != before, "the end of Postgres")
    scene.over()
    scene.until_ended(receipt)
    assert scene.job(receipt.job_id)["state"] == "succeeded"


ROW = Row(
    13,
    "Postgres sessions killed; COMMIT reply lost; crash restart mid-finish",
    "pg_terminate_backend in a loop; a proxy cuts after COMMIT; SIGQUIT to the postmaster while a finish stands still",
    45,
    inject,
)
