"""Row 18: a deploy stops every process in the middle of its work."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import psutil

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene, alive

_PROCESSES = ("web", "gpu-worker", "gpu-worker-2", "compositor", "cpu-worker", "dispatcher")
_GRACE_SECONDS = 5.5
_STARTER = {"model": "starter/adcopy", "input": {"max_new_tokens": 16}}


def inject(scene: Scene) -> None:
    """SIGTERM to all at once, SIGKILL to what is left at the end of the grace."""
    scene.until_ready()
    place = scene.place("in-hand")
    receipt = scene.send(f"hold@{place} words")
    pid = scene.reached(place)
    starters = [scene.send(f"Write a slogan for tea, {scene.name} {number}", **_STARTER) for number in range(2)]
    began = {name: scene.stack.main_pid(name) for name in _PROCESSES}
    family = [member for parent in began.values() for member in _family(parent)]
    for parent in began.values():
        os.kill(parent, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    while any(map(alive, family)) and time.monotonic() < deadline:
        time.sleep(0.05)
    late = [member for member in family if alive(member)]
    for member in late:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)
    if alive(pid) and pid not in late:
        raise NotInjected("the worker did not end")
    scene.note(f"{len(late)} of {len(family)} killed at the end of the grace")
    scene.over()
    scene.go(place)
    scene.until_ended(receipt, *starters, seconds=90)
    job = scene.job(receipt.job_id)
    assert (job["state"], job["attempts"]) == ("succeeded", 1), f"{job['state']} after {job['attempts']} attempts"
    assert scene.times_generated(receipt.prompt) == 2
    scene.until_ready()


def _family(parent: int) -> list[int]:
    return [parent, *(child.pid for child in psutil.Process(parent).children(recursive=True))]


ROW = Row(18, "deploy", "SIGTERM to every process mid-batch, SIGKILL at the end of the grace", 60, inject, quick=False)
