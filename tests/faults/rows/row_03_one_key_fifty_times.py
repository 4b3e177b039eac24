"""Row 3: one key, fifty times at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from tests.faults.row import Row
from tests.faults.scene import Scene

_TIMES = 50


def inject(scene: Scene) -> None:
    """Fifty connections send the same request at the same moment."""
    key = f"{scene.name}:at-once"
    body = scene.load.body(key, "words sent fifty times")
    start = Barrier(_TIMES)

    def send(_: int) -> str:
        with scene.load.new_client() as client:
            start.wait(30)
            return scene.load.insist(client, key, body).job_id

    with ThreadPoolExecutor(_TIMES) as pool:
        answered = list(pool.map(send, range(_TIMES)))
    scene.over()
    assert len(set(answered)) == 1, f"{len(set(answered))} ids for one key"
    assert scene.jobs_of_key(key) == [answered[0]]


ROW = Row(3, "one key sent 50 times at once", "50 threads, one Idempotency-Key", 30, inject)
