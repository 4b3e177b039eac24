"""Row 2: the web dies after COMMIT, before it rings the bell."""

from __future__ import annotations

import threading

from tests.faults.row import NotInjected, Row
from tests.faults.scene import BELLS, Scene


def inject(scene: Scene) -> None:
    """The bell is kept back on its way to Redis; the row is committed by then; kill -9."""
    scene.load.pause()
    key = f"{scene.name}:unrung"
    body = scene.load.body(key, "words that nobody rings for")
    answers: list[object] = []

    def post() -> None:
        with scene.load.new_client() as client:
            answers.append(scene.load.post(client, key, body))

    scene.until_idle()
    scene.stack.web_redis.hold(BELLS)
    caller = threading.Thread(target=post)
    caller.start()
    scene.until_injected(scene.stack.web_redis.holds.is_set, "a bell that is about to ring")
    [job_id] = scene.jobs_of_key(key) or [""]
    for pid in scene.stack.child_pids("web"):
        scene.kill(pid)
    caller.join(timeout=20)
    scene.stack.web_redis.release()
    if answers != [None] or not job_id:
        raise NotInjected(f"the caller was answered before the kill: {answers}, or nothing was committed: {job_id!r}")
    scene.over()
    scene.until(lambda: scene.job(job_id)["state"] == "succeeded", "the run of a job whose bell never rang", 35)
    with scene.load.new_client() as client:
        assert scene.load.insist(client, key, body).job_id == job_id
    scene.load.resume()


ROW = Row(
    2, "web dies after COMMIT, before publish", "kill -9 while the row is there and the bell on its way", 35, inject
)
