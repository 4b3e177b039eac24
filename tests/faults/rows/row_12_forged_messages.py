"""Row 12: duplicate, unknown and forged messages."""

from __future__ import annotations

import base64
import json
import pickle
from pathlib import Path
from typing import Any

from tests.faults.row import NotInjected, Row
from tests.faults.scene import BELLS, Scene
from tests.faults.stack import GPU_WORKERS

_COPIES = 100


class Intruder:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self._path,))


def inject(scene: Scene) -> None:
    """A hundred copies of a bell, a task nobody knows and forged bodies, all before one job's turn."""
    scene.until_ready(*GPU_WORKERS)
    scene.load.pause()
    scene.until_idle()
    parents = [scene.stack.main_pid(name) for name in GPU_WORKERS]
    intruded = scene.control.folder / "intruded"
    with scene.frozen(*GPU_WORKERS):
        receipts = [scene.send(f"{scene.name}: rung for a hundred times, {number}") for number in range(4)]
        scene.until_injected(lambda: scene.redis.llen(BELLS), "a bell that waits")
        bell = scene.redis.lrange(BELLS, 0, 0)
        assert isinstance(bell, list)
        scene.redis.lpush(BELLS, *[bell[0]] * _COPIES)
        scene.redis.lpush(BELLS, *_forgeries(json.loads(bell[0]), intruded))
        waiting = int(scene.redis.llen(BELLS))
        if waiting < _COPIES:
            raise NotInjected(f"only {waiting} messages wait")
    scene.load.resume()
    scene.over()
    scene.until_ended(*receipts)
    scene.until(lambda: scene.redis.llen(BELLS) < 20, "an end of the messages")
    for receipt in receipts:
        assert scene.times_generated(receipt.prompt) == 1, f"{receipt.prompt!r} ran more than once"
    assert not intruded.exists(), "a pickled body was read"
    # A worker that dies of a message takes a moment to do so.
    scene.stays(lambda: [scene.stack.process(name).pid for name in GPU_WORKERS] == parents, "the workers' lives", 2.5)


def _forgeries(bell: dict[str, Any], intruded: Path) -> list[str]:
    """The bell as another task, as a pickle, and broken; and what was never a bell."""
    unknown = {**bell, "headers": {**bell["headers"], "task": "bottega.nobody_knows"}}
    pickled = {
        **bell,
        "content-type": "application/x-python-serialize",
        "body": base64.b64encode(pickle.dumps(Intruder(intruded))).decode(),
    }
    broken = {**bell, "body": base64.b64encode(b"{not json").decode()}
    return [*(json.dumps(message) for message in (unknown, pickled, broken)), "{}", "not a message at all"]


ROW = Row(12, "duplicate, unknown, forged messages", "LPUSH of 100 copies, an unknown task, a pickle", 45, inject)
