"""Row 15: the disks are full."""

from __future__ import annotations

import os
import signal
import time

from shared.errors import StoreUnavailable
from tests.faults.row import CannotInject, Row
from tests.faults.scene import Scene
from tests.oracle import store_of

_QUIET_SECONDS = 3.0


def inject(scene: Scene) -> None:
    """Workers stop claiming, no attempt is spent, and everything succeeds once there is room."""
    disks = scene.stack.disks
    for disk in disks:
        if disk.refusal:
            raise CannotInject(disk.refusal)
    scene.until_ready()
    for disk in disks:
        disk.fill()
    scene.until_injected(lambda: _store_refuses(scene), "a store that takes nothing more")
    scene.until(lambda: _claims_nothing(scene), "an end of the claims", 60)
    waiting = scene.rows("SELECT count(*) AS jobs FROM jobs WHERE state = 'queued'")[0]["jobs"]
    scene.note(f"{waiting} jobs waited")
    for disk in disks:
        disk.free()
    # The embedded store's own index does not go on after a write that failed; whoever makes room starts it again.
    os.kill(scene.stack.main_pid("seaweedfs"), signal.SIGTERM)
    scene.over()
    scene.load.pause()
    scene.until_idle(90)
    ids = scene.load.ledger.accepted()
    query = "SELECT count(*) AS jobs FROM jobs WHERE id::text = ANY(:ids) AND (attempts > 1 OR state = 'failed')"
    assert scene.rows(query, ids=ids)[0]["jobs"] == 0, "a full disk cost an attempt"


def _store_refuses(scene: Scene) -> bool:
    try:
        store_of(scene.stack.environment).put("faults/probe", b"x" * 65_536, "application/octet-stream")
    except StoreUnavailable:
        return True
    return False


def _claims_nothing(scene: Scene) -> bool:
    """Whether jobs wait and nobody begins a batch for a while."""
    begun, until = sum(1 for _ in scene.control.batches()), time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < until:
        if sum(1 for _ in scene.control.batches()) != begun:
            return False
        time.sleep(0.1)
    return bool(scene.rows("SELECT 1 FROM jobs WHERE state = 'queued' AND run_after <= now() LIMIT 1"))


ROW = Row(15, "disk full", "store and spool on tmpfs without a free byte", 90, inject, quick=False)
