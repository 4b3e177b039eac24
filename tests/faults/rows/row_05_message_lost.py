"""Row 5: a message is lost between BRPOP and the call that records it."""

from __future__ import annotations

from shared.queue.names import QueueName
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.faults.stack import GPU_WORKERS


def inject(scene: Scene) -> None:
    """A GPU worker dies in ``QoS.append``. The other one runs the job, so its bell was rung anew."""
    scene.until_ready(*GPU_WORKERS)
    scene.load.pause()
    scene.until_idle()
    before = {name: scene.stack.main_pid(name) for name in GPU_WORKERS}
    died = len(scene.control.came("died-in-append"))
    scene.control.raise_flag(f"die-in-append-{QueueName.GENERATION}")
    prompt = f"{scene.name}: its bell is lost"
    with scene.control.closed():
        # A worker that starts looks for work, and would hide that nobody rang.
        receipt = scene.send(prompt)
        scene.until_injected(lambda: len(scene.control.came("died-in-append")) > died, "a death in QoS.append")
        victim = scene.control.came("died-in-append")[-1]
        if victim not in before.values():
            raise NotInjected(f"process {victim}, which died, is no GPU worker")
        scene.over()
        scene.until_ended(receipt, seconds=35)
    [pid] = [batch.pid for batch in scene.control.batches() if prompt in batch.prompts]
    survivor = next(name for name, parent in before.items() if parent != victim)
    assert pid in scene.stack.child_pids(survivor)
    scene.load.resume()


ROW = Row(5, "message lost after BRPOP", "SIGKILL inside kombu's QoS.append", 35, inject)
