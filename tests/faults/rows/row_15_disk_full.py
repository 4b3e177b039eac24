"""Row 15: the disks are full."""

from __future__ import annotations

import time

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.faults.store_proxy import as_it_is, full

_QUIET_SECONDS = 3.0


def inject(scene: Scene) -> None:
    """Workers stop claiming, no attempt is spent, and everything succeeds once there is room."""
    store, disk = scene.stack.store, scene.stack.spool_disk
    scene.until_ready()
    disk.fill()
    if not disk.is_full():
        raise NotInjected("the disk has room")
    uploads = store.uploads
    store.upload = full
    scene.until_injected(lambda: store.uploads > uploads, "a file that the store has no room for")
    scene.until(lambda: _claims_nothing(scene), "an end of the claims", 60)
    waiting = scene.rows("SELECT count(*) AS jobs FROM jobs WHERE state = 'queued'")[0]["jobs"]
    scene.note(f"{waiting} jobs waited")
    store.upload = as_it_is
    disk.free()
    scene.over()
    scene.load.pause()
    scene.until_idle(90)
    ids = scene.load.ledger.accepted()
    query = "SELECT count(*) AS jobs FROM jobs WHERE id::text = ANY(:ids) AND (attempts > 1 OR state = 'failed')"
    assert scene.rows(query, ids=ids)[0]["jobs"] == 0, "a full disk cost an attempt"


def _claims_nothing(scene: Scene) -> bool:
    """Whether jobs wait and nobody begins a batch for a while."""
    begun, until = sum(1 for _ in scene.control.batches()), time.monotonic() + _QUIET_SECONDS
    while time.monotonic() < until:
        if sum(1 for _ in scene.control.batches()) != begun:
            return False
        time.sleep(0.1)
    return bool(scene.rows("SELECT 1 FROM jobs WHERE state = 'queued' AND run_after <= now() LIMIT 1"))


ROW = Row(
    15,
    "disk full",
    "spool on a tmpfs without a free byte, a store that answers as a full one",
    90,
    inject,
    quick=False,
)
