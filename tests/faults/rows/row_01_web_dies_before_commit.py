"""Row 1: the web dies before COMMIT."""

from __future__ import annotations

import threading

from tests.faults.held_transaction import Moment, held, stopped
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene


def inject(scene: Scene) -> None:
    """Once before COMMIT is sent, which leaves no row; once inside it, which may leave one. A retry gives one job."""
    for moment in (Moment.ACCEPTING, Moment.COMMITTING):
        key = f"{scene.name}:{moment.name}"
        body = scene.load.body(key, f"words {moment.name}", labels={"hold": "yes"})
        _die(scene, moment, key, body)
        scene.over()
        if moment is Moment.ACCEPTING:
            assert scene.jobs_of_key(key) == [], "a transaction that was never committed left a row"
        with scene.load.new_client() as client:
            receipt = scene.load.insist(client, key, body)
        assert scene.jobs_of_key(key) == [receipt.job_id]


def _die(scene: Scene, moment: Moment, key: str, body: dict[str, object]) -> None:
    """kill -9 the web's worker while the transaction stands still; its session ends before anything goes on."""
    answers: list[object] = []
    with held(scene, moment):

        def post() -> None:
            with scene.load.new_client() as client:
                answers.append(scene.load.post(client, key, body))

        caller = threading.Thread(target=post)
        caller.start()
        scene.until_injected(lambda: stopped(scene), f"a transaction that stands still while {moment.name}")
        said = str(stopped(scene)[0]["query"])
        if said.upper().startswith("COMMIT") != (moment is Moment.COMMITTING):
            raise NotInjected(f"the transaction stands still in {said!r}")
        for pid in scene.stack.child_pids("web"):
            scene.kill(pid)
        caller.join(timeout=20)
        if answers != [None]:
            raise NotInjected(f"the caller was answered: {answers}")
    scene.until(lambda: not stopped(scene), "the end of the transaction")


ROW = Row(1, "web dies before COMMIT", "kill -9 of the web while its transaction stands still", 30, inject)
