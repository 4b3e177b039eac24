"""Row 7: a worker freezes past its lease and comes back while another one runs the job."""

from __future__ import annotations

import os
import signal
import threading

from tests.faults.load import Receipt
from tests.faults.row import Row
from tests.faults.scene import Scene
from tests.faults.stack import GPU_WORKERS
from tests.faults.store_proxy import Exchange, as_it_is


class HeldUploads:
    """Uploads of one job reach the store, but the answers are kept back until they are let go, attempt by attempt."""

    def __init__(self, job_id: str) -> None:
        self._job_id = job_id
        self._changed = threading.Condition()
        self._waiting: set[int] = set()
        self._let_go: set[int] = set()

    def __call__(self, exchange: Exchange) -> None:
        _, _, rest = exchange.path.partition(f"/j/{self._job_id}/")
        if not rest:
            as_it_is(exchange)
            return
        fence = int(rest.split("/")[0])
        answer = exchange.ask()
        with self._changed:
            self._waiting.add(fence)
            self._changed.wait_for(lambda: fence in self._let_go, 60)
        exchange.reply(answer)

    def waits(self, fence: int) -> bool:
        """Whether the attempt with this fence waits for an answer."""
        return fence in self._waiting

    def let_go(self, fence: int) -> None:
        """Pass the answer on."""
        with self._changed:
            self._let_go.add(fence)
            self._changed.notify_all()


def inject(scene: Scene) -> None:
    """It freezes with its file stored and the finish still to write; its lease lapses; it writes too late."""
    scene.until_ready(*GPU_WORKERS)
    place = scene.place("zombie")
    receipt = scene.send(f"hold@{place} words")
    zombie = scene.reached(place)
    worker = scene.stack.worker_of(zombie)
    uploads = HeldUploads(receipt.job_id)
    scene.stack.store.upload = uploads
    stale = int(scene.job(receipt.job_id)["fence"])
    scene.go(place)
    scene.until_injected(lambda: uploads.waits(stale), "the zombie's file in the store")
    os.kill(zombie, signal.SIGSTOP)
    try:
        fence = _taken_over(scene, receipt, stale, uploads)
        uploads.let_go(stale)
    finally:
        os.kill(zombie, signal.SIGCONT)
    scene.over()
    _tries_to_finish(scene, worker, receipt)
    scene.stays(lambda: _held_by(scene, receipt, fence), "the second worker's hold on its job", 1)
    uploads.let_go(fence)
    scene.until_ended(receipt)
    _only_the_second_counts(scene, receipt, fence)


def _taken_over(scene: Scene, receipt: Receipt, stale: int, uploads: HeldUploads) -> int:
    """The fence of the worker that runs the job now, which has stored its file and waits for the answer."""
    scene.until(
        lambda: scene.job(receipt.job_id)["state"] == "running" and scene.job(receipt.job_id)["fence"] != stale,
        "another worker's claim on the zombie's job",
        40,
    )
    fence = int(scene.job(receipt.job_id)["fence"])
    scene.until_injected(lambda: uploads.waits(fence), "the second worker's file in the store")
    return fence


def _tries_to_finish(scene: Scene, worker: str, receipt: Receipt) -> None:
    def tried() -> bool:
        lines = scene.stack.log_of(worker).splitlines()
        return any('"event": "finished"' in line and receipt.job_id in line for line in lines)

    scene.until_injected(tried, "the zombie's attempt to finish", 10)


def _held_by(scene: Scene, receipt: Receipt, fence: int) -> bool:
    job = scene.job(receipt.job_id)
    return bool(job["state"] == "running" and job["fence"] == fence)


def _only_the_second_counts(scene: Scene, receipt: Receipt, fence: int) -> None:
    query = "SELECT object_key FROM artifacts WHERE job_id::text = :id"
    keys = [row["object_key"] for row in scene.rows(query, id=receipt.job_id)]
    assert keys, "nothing was kept"
    assert all(f"/{fence}/" in key for key in keys), f"the zombie's file is an output: {keys}"


ROW = Row(
    7, "zombie", "SIGSTOP past the lease with the file stored, SIGCONT while another worker runs the job", 60, inject
)
