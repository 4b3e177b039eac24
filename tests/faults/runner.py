"""Run a row: load, fault, recovery, oracle."""

from __future__ import annotations

import time
import traceback

from tests.faults.load import Load
from tests.faults.recorder import Recorder
from tests.faults.row import CannotInject, NotInjected, Outcome, Result, Row
from tests.faults.scene import Scene
from tests.faults.stack import TIMINGS, FaultStack
from tests.oracle import assert_nothing_lost_or_doubled, assert_one_job_a_key

_WARM_SECONDS = 30.0


def run_row(stack: FaultStack, row: Row, seed: int, *, thorough: bool) -> Result:
    """One row on a stack that serves."""
    name = f"row-{row.number}-{seed}"
    recorder = Recorder(stack.webhook_secret)
    connection = stack.connection()
    load = Load(connection.url, connection.api_key, name, seed, recorder.url)
    scene = Scene(stack, load, recorder, seed, name, thorough=thorough)
    outcome, recovery, note = Outcome.NOT_INJECTED, None, ""
    try:
        load.start()
        scene.until_injected(lambda: len(load.ledger.receipts) >= 3, "a load", _WARM_SECONDS)
        row.inject(scene)
        recovery = recover(scene, row.bound_seconds)
        outcome = Outcome.HELD
    except CannotInject as refusal:
        outcome, note = Outcome.SKIPPED, str(refusal)
    except NotInjected as missing:
        note = str(missing)
    except Exception as broken:
        outcome, note = Outcome.BROKEN, f"{type(broken).__name__}: {broken}"[:2000]
        traceback.print_exc()
    finally:
        stack.heal()
        load.stop()
        scene.close()
        recorder.close()
    return Result(
        row=row.number,
        title=row.title,
        how=row.how,
        seed=seed,
        outcome=outcome,
        recovery_seconds=recovery,
        bound_seconds=row.bound_seconds,
        accepted=len(load.ledger.receipts),
        note="; ".join([*scene.notes, *([note] if note else [])]),
        timings=TIMINGS,
    )


def recover(scene: Scene, bound_seconds: float) -> float:
    """End the load, wait until everything has ended and was announced, and ask the oracle. Returns the seconds."""
    scene.load.stop()
    ledger = scene.load.ledger
    accepted = ledger.accepted()
    left = max(1.0, bound_seconds - (time.monotonic() - scene.over_at))
    scene.until(lambda: _all_ended(scene, accepted), "the end of every accepted job", left)
    left = max(1.0, bound_seconds - (time.monotonic() - scene.over_at))
    announced = set(accepted) - scene.unannounced
    scene.until(lambda: scene.recorder.ended() >= announced, "word of every end", left)
    seconds = time.monotonic() - scene.over_at
    assert not ledger.broken, f"answers broke promises: {ledger.broken[:3]}"
    assert_nothing_lost_or_doubled(scene.stack.environment, accepted)
    receipts = {receipt.key: receipt.job_id for receipt in ledger.receipts.values()}
    assert_one_job_a_key(scene.stack.environment, receipts)
    scene.recorder.assert_announced_once(announced, _states(scene, accepted))
    return round(seconds, 2)


def _all_ended(scene: Scene, accepted: list[str]) -> bool:
    states = _states(scene, accepted)
    return all(state in ("succeeded", "failed", "canceled") for state in states.values())


def _states(scene: Scene, accepted: list[str]) -> dict[str, str]:
    query = "SELECT id::text AS id, state FROM jobs WHERE id = ANY(CAST(:ids AS uuid[]))"
    found = {row["id"]: str(row["state"]) for row in scene.rows(query, ids=accepted)}
    lost = set(accepted) - set(found)
    assert not lost, f"accepted and not in the database: {sorted(lost)[:5]}"
    return found
