"""Row 14: the object store refuses, dawdles, hangs up, loses half, pretends; and a worker dies on its 200."""

from __future__ import annotations

import time
from collections import Counter

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.faults.stack import GPU_WORKERS
from tests.faults.store_proxy import (
    Exchange,
    Upload,
    as_it_is,
    half_closed,
    pretended,
    refused,
    slow,
    truncated,
)

_LONG_REQUEST = {"input": {"num_return_sequences": 2}}


def inject(scene: Scene) -> None:
    """Nothing is generated again for a short outage, nothing succeeds without its file, one set of outputs is kept."""
    scene.until_ready(*GPU_WORKERS)
    for upload in (refused, slow, half_closed, truncated) if scene.thorough else (refused, truncated):
        _misbehave(scene, upload)
    scene.load.pause()
    scene.until_idle()
    _nothing_was_generated_twice(scene)
    scene.load.resume()
    _misbehave(scene, pretended)
    _die_on_the_answer(scene)
    scene.over()


def _misbehave(scene: Scene, upload: Upload) -> None:
    """For some seconds, and for two uploads at least. One of them is long enough to be cut in its middle."""
    store, began = scene.stack.store, time.monotonic()
    uploads = store.uploads
    store.upload = upload
    receipt = scene.send(f"long@{scene.place(upload.__name__)} words", **_LONG_REQUEST)
    seconds = 6 if scene.thorough else 1.5
    scene.until_injected(
        lambda: time.monotonic() - began > seconds and store.uploads >= uploads + 2, f"{upload.__name__} uploads"
    )
    store.upload = as_it_is
    scene.until_ended(receipt)
    assert scene.job(receipt.job_id)["state"] == "succeeded"


def _nothing_was_generated_twice(scene: Scene) -> None:
    times = Counter(prompt for batch in scene.control.batches() for prompt in batch.prompts)
    receipts = scene.load.ledger.receipts.values()
    twice = [receipt.prompt for receipt in receipts if times[receipt.prompt] > 1]
    assert not twice, f"generated again for a short outage: {twice[:3]}"
    query = "SELECT count(*) AS jobs FROM jobs WHERE id::text = ANY(:ids) AND attempts > 1"
    assert scene.rows(query, ids=[receipt.job_id for receipt in receipts])[0]["jobs"] == 0, "an outage cost an attempt"


def _die_on_the_answer(scene: Scene) -> None:
    """The store has the file and says so; the worker is dead before it hears of it."""
    place = scene.place("crash")
    receipt = scene.send(f"hold@{place} words")
    pid = scene.reached(place)
    stored: list[int] = []

    def answer_a_dead_worker(exchange: Exchange) -> None:
        if receipt.job_id not in exchange.path or stored:
            as_it_is(exchange)
            return
        stored.append(exchange.ask().status)
        scene.kill(pid)

    scene.stack.store.upload = answer_a_dead_worker
    scene.go(place)
    scene.until_injected(lambda: stored, "a stored file")
    scene.over()
    if stored != [200]:
        raise NotInjected(f"the store answered {stored}")
    scene.until_ended(receipt)
    scene.stack.store.upload = as_it_is
    job = scene.job(receipt.job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 2)


ROW = Row(
    14,
    "S3 503, slow, half-closed, truncated; 200 then crash",
    "an HTTP proxy before the store; kill -9 between the store's 200 and its arrival",
    60,
    inject,
)
