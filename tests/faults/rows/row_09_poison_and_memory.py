"""Row 9: a job that ends its process, and a batch that is too large for the memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from tests.faults.load import Receipt
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene

# Shapes of their own: how many of a shape run best together, and how many are too many, is remembered.
_HUNGRY_SHAPE = {"max_new_tokens": 7}
_POISON_SHAPE = {"max_new_tokens": 9}


def inject(scene: Scene) -> None:
    """The batch is halved until it fits; the poison fails alone, after its attempts, and its neighbours succeed."""
    scene.load.pause()
    prompts = [f"hungry@{scene.place(str(number))} words" for number in range(6)]
    with _one_batch_of(scene, prompts, _HUNGRY_SHAPE) as hungry:
        scene.until_ended(*hungry)
    _was_halved(scene, hungry)
    place = scene.place("poison")
    prompts = [f"exit@{place} words", *(f"beside the poison of {scene.name}, {number}" for number in range(5))]
    with _one_batch_of(scene, prompts, _POISON_SHAPE) as (poison, *neighbours):
        scene.reached(place)
    scene.load.resume()
    batches = [batch.prompts for batch in scene.control.batches() if poison.prompt in batch.prompts]
    if len(batches[0]) < 2:
        raise NotInjected("the poison had no neighbours")
    scene.until_ended(poison, seconds=120)
    scene.over()
    job = scene.job(poison.job_id)
    assert (job["state"], job["attempts"], job["error_code"]) == ("failed", 3, "worker_lost"), job["error_code"]
    batches = [batch.prompts for batch in scene.control.batches() if poison.prompt in batch.prompts]
    assert [len(batch) for batch in batches[1:]] == [1, 1], "it took neighbours down twice"
    scene.until_ended(*neighbours)
    states = {scene.job(neighbour.job_id)["state"] for neighbour in neighbours}
    assert states == {"succeeded"}, f"its neighbours: {states}"


@contextlib.contextmanager
def _one_batch_of(scene: Scene, prompts: Sequence[str], shape: dict[str, int]) -> Iterator[list[Receipt]]:
    """Jobs that wait until the only worker that is not frozen takes them all at once."""
    scene.until_ready()
    scene.until_idle()
    worker, other = scene.lone_gpu_worker()
    gate = scene.place(f"gate-{shape['max_new_tokens']}")
    with scene.frozen(other):
        first = scene.send(f"hold@{gate} words")
        if scene.stack.worker_of(scene.reached(gate)) != worker:
            raise NotInjected("a frozen worker ran a job")
        receipts = [scene.send(prompt, input=shape) for prompt in prompts]
        scene.go(gate)
        scene.until_ended(first)
        yield receipts


def _was_halved(scene: Scene, hungry: Sequence[Receipt]) -> None:
    prompts = {receipt.prompt for receipt in hungry}
    sizes = [len(batch.prompts) for batch in scene.control.batches() if prompts & set(batch.prompts)]
    if max(sizes) < 3:
        raise NotInjected(f"no batch was too large: {sizes}")
    assert min(sizes) <= 2, f"no batch was made smaller: {sizes}"
    for receipt in hungry:
        job = scene.job(receipt.job_id)
        assert (job["state"], job["attempts"]) == ("succeeded", 1), f"{job['state']} after {job['attempts']} attempts"
    scene.note(f"forward batches of {sizes}")


ROW = Row(
    9, "poison job, out of memory", "os._exit in a batch; real allocations under RLIMIT_AS", 60, inject, quick=False
)
