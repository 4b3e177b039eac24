"""Row 8: a step never returns."""

from __future__ import annotations

from tests.faults.row import Row
from tests.faults.scene import Scene, alive
from tests.faults.stack import GPU_WORKERS, LEASE_SECONDS, RENEW_SECONDS, STALL_SECONDS

_SLACK = 4.0


def inject(scene: Scene) -> None:
    """The lease is not renewed past the stall, the child is killed, other jobs go on, and the job runs again."""
    scene.until_ready(*GPU_WORKERS)
    place = scene.place("hung")
    receipt = scene.send(f"hang@{place} words")
    hung = scene.reached(place)
    fence, before = scene.job(receipt.job_id)["fence"], scene.count_succeeded()
    longest = STALL_SECONDS + RENEW_SECONDS + LEASE_SECONDS + _SLACK
    query = (
        "SELECT fence, extract(epoch FROM lease_until - started_at)::float AS seconds FROM jobs WHERE id::text = :id"
    )

    def killed() -> bool:
        [held] = scene.rows(query, id=receipt.job_id)
        if held["fence"] == fence and held["seconds"] is not None:
            assert held["seconds"] < longest, f"a hung step kept its lease for {held['seconds']:.0f} s"
        return not alive(hung)

    scene.until(killed, "the end of the process whose step hangs", STALL_SECONDS + LEASE_SECONDS + 10)
    scene.over()
    assert scene.count_succeeded() > before, "nothing else was done meanwhile"
    scene.go(place)
    scene.until_ended(receipt)
    assert scene.job(receipt.job_id)["attempts"] == 2


ROW = Row(8, "hung device", "a step that never returns", 60, inject, quick=False)
