"""Row 2: the web dies after COMMIT, before it rings the bell."""

from __future__ import annotations

import threading

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene


def inject(scene: Scene) -> None:
    """Redis stands still, so that the ring blocks; once the row is committed, kill -9."""
    scene.load.pause()
    key = f"{scene.name}:unrung"
    body = scene.load.body(key, "words that nobody rings for")
    answers: list[object] = []

    def post() -> None:
        with scene.load.new_client() as client:
            answers.append(scene.load.post(client, key, body))

    scene.until_idle()
    with scene.frozen("valkey"):
        caller = threading.Thread(target=post)
        caller.start()
        scene.until_injected(lambda: scene.jobs_of_key(key), "a committed job")
        for pid in scene.stack.child_pids("web"):
            scene.kill(pid)
        caller.join(timeout=20)
        if answers != [None]:
            raise NotInjected(f"the caller was answered before the kill: {answers}")
        [job_id] = scene.jobs_of_key(key)
    scene.over()
    scene.until(lambda: scene.job(job_id)["state"] == "succeeded", "the run of a job whose bell never rang", 35)
    with scene.load.new_client() as client:
        assert scene.load.insist(client, key, body).job_id == job_id
    scene.load.resume()


ROW = Row(
    2, "web dies after COMMIT, before publish", "kill -9 while Redis stands still and the row is there", 35, inject
)
