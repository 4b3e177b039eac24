"""A seeded random mix of faults against one stack under steady load."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil
import psycopg

from tests.faults.load import Load
from tests.faults.recorder import Recorder
from tests.faults.runner import recover
from tests.faults.scene import Scene
from tests.faults.stack import FaultStack
from tests.faults.strikes import IMPOSSIBLE, strikes

_BOUND_SECONDS = 180.0
_BETWEEN_SECONDS = (1.0, 8.0)


@dataclass
class MixResult:
    """What came of a mix."""

    seed: int
    minutes: float
    strikes: dict[str, int] = field(default_factory=dict)
    """How often each struck."""
    missed: int = 0
    """Strikes whose victim was down already."""
    accepted: int = 0
    failed_jobs: int = 0
    """Jobs that ended as failed: killed with their workers too often, or poison."""
    held: bool = False
    recovery_seconds: float | None = None
    note: str = ""

    def document(self) -> dict[str, Any]:
        """As it stands in the report."""
        return asdict(self)


def run_mix(stack: FaultStack, seed: int, minutes: float) -> MixResult:
    """Strike at random for so many minutes; then everything must recover, and the oracle has its say."""
    recorder = Recorder(stack.webhook_secret)
    connection = stack.connection()
    name = f"mix-{seed}"
    load = Load(connection.url, connection.api_key, name, seed, recorder.url, pause_seconds=(0.2, 0.8))
    scene = Scene(stack, load, recorder, seed, name, thorough=True)
    result = MixResult(seed, minutes)
    try:
        load.start()
        _strike_on(scene, result, time.monotonic() + 60 * minutes)
        scene.over()
        stack.heal()
        scene.until_ready(seconds=_BOUND_SECONDS)
        result.recovery_seconds = recover(scene, _BOUND_SECONDS)
        result.held = True
    except Exception as broken:
        result.note = f"{type(broken).__name__}: {broken}"[:2000]
        traceback.print_exc()
    finally:
        load.stop()
        result.accepted = len(load.ledger.receipts)
        query = "SELECT count(*) AS jobs FROM jobs WHERE state = 'failed' AND id::text = ANY(:ids)"
        result.failed_jobs = int(scene.rows(query, ids=load.ledger.accepted())[0]["jobs"])
        scene.close()
        recorder.close()
    return result


def _strike_on(scene: Scene, result: MixResult, until: float) -> None:
    known, struck = strikes(), Counter[str]()
    while time.monotonic() < until:
        time.sleep(scene.rng.uniform(*_BETWEEN_SECONDS))
        name = scene.rng.choice(sorted(known))
        try:
            known[name](scene)
        except (*IMPOSSIBLE, psutil.Error, psycopg.Error):
            result.missed += 1
        else:
            struck[name] += 1
    result.strikes = dict(sorted(struck.items()))
