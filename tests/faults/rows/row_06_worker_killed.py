"""Row 6: a GPU worker is killed in the middle of a step: the process with the model, then its parent."""

from __future__ import annotations

from tests.faults.load import Receipt
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene, alive
from tests.faults.stack import GPU_WORKERS


def inject(scene: Scene) -> None:
    """One job in each of two workers; one loses its child, the other one its parent. Both jobs run once more."""
    scene.until_ready(*GPU_WORKERS)
    receipt, child = _in_the_middle(scene, "child")
    killed = [receipt]
    if scene.thorough:
        receipt, orphan = _in_the_middle(scene, "parent")
        killed.append(receipt)
        scene.kill(scene.stack.main_pid(scene.stack.worker_of(orphan)))
        scene.until(lambda: not alive(orphan), "the end of the child whose parent was killed", 20)
    scene.kill(child)
    scene.over()
    for place in ("child", "parent"):
        scene.go(scene.place(place))
    for receipt in killed:
        scene.until_ended(receipt, seconds=60)
        job = scene.job(receipt.job_id)
        assert (job["state"], job["attempts"]) == ("succeeded", 2), f"{job['state']} after {job['attempts']} attempts"
        assert scene.times_generated(receipt.prompt) == 2


def _in_the_middle(scene: Scene, place: str) -> tuple[Receipt, int]:
    """A job that makes steps, and the process that makes them and holds the job's lease."""
    receipt = scene.send(f"hold@{scene.place(place)} words")
    pid = scene.reached(scene.place(place))
    query = (
        "SELECT process_id FROM jobs JOIN workers ON workers.id = worker_id"
        " WHERE jobs.id::text = :id AND jobs.state = 'running' AND lease_until > now()"
    )
    if [row["process_id"] for row in scene.rows(query, id=receipt.job_id)] != [pid]:
        raise NotInjected(f"process {pid} does not hold the job's lease")
    return receipt, pid


ROW = Row(6, "worker SIGKILL mid-step: child, then parent", "kill -9 of both, each with a job in hand", 60, inject)
