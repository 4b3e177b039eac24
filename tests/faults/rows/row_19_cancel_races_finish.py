"""Row 19: cancellations race with finishes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx

from tests.faults.load import Receipt
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene

_RACES = 1000
_QUICK_RACES = 96
_A_ROUND = 16
_GATE_OPENS = 0.55
"""Seconds after the first cancellation of a round: a worker learns of one within half a second."""
_JITTER_SECONDS = 0.05
_LEAST_SHARE = 0.02
_TRIES = 5


def inject(scene: Scene) -> None:
    """Batches wait at a gate. Half of the cancellations come before it opens, half at the moment when it does."""
    scene.until_ready()
    scene.load.pause()
    scene.until_idle()
    rounds = (_RACES if scene.thorough else _QUICK_RACES) // _A_ROUND + 1
    answers: dict[str, int] = {}
    with ThreadPoolExecutor(_A_ROUND) as pool:
        racing = _submit(scene, pool, 0)
        for number in range(rounds):
            scene.reached(scene.place(f"gate-{number}"))
            following = _submit(scene, pool, number + 1) if number + 1 < rounds else []
            cancels = [(receipt, _moment(scene)) for receipt in racing]
            answered = pool.map(lambda cancel: _cancel(scene, *cancel), cancels)
            time.sleep(_GATE_OPENS)
            scene.go(scene.place(f"gate-{number}"))
            answers |= dict(answered)
            racing = following
    scene.over()
    scene.until_idle()
    _one_winner(scene, answers)
    scene.load.resume()


def _submit(scene: Scene, pool: ThreadPoolExecutor, number: int) -> list[Receipt]:
    gate = scene.place(f"gate-{number}")
    return list(pool.map(lambda member: scene.send(f"hold@{gate} {member}"), range(_A_ROUND)))


def _moment(scene: Scene) -> float:
    """When to cancel a job, in seconds."""
    at_the_gate = _GATE_OPENS + scene.rng.uniform(-_JITTER_SECONDS, _JITTER_SECONDS)
    in_time, in_between = scene.rng.uniform(0, _JITTER_SECONDS), scene.rng.uniform(0, _GATE_OPENS)
    return scene.rng.choice((in_time, in_between, at_the_gate, at_the_gate))


def _cancel(scene: Scene, receipt: Receipt, after: float) -> tuple[str, int]:
    """The id, and what the cancellation was answered. Twice is once: without an answer it is sent again."""
    with scene.load.new_client() as client:
        time.sleep(after)
        for _ in range(_TRIES - 1):
            with suppress(httpx.TransportError):
                return receipt.job_id, client.post(f"/api/v1/jobs/{receipt.job_id}/cancel").status_code
        return receipt.job_id, client.post(f"/api/v1/jobs/{receipt.job_id}/cancel").status_code


def _one_winner(scene: Scene, answers: dict[str, int]) -> None:
    query = "SELECT id::text AS id, state FROM jobs WHERE id::text = ANY(:ids)"
    states = {row["id"]: row["state"] for row in scene.rows(query, ids=list(answers))}
    canceled = sum(state == "canceled" for state in states.values())
    overtaken = sum(answers[job_id] == 202 and state == "succeeded" for job_id, state in states.items())
    scene.note(f"{len(states)} races: {canceled} canceled, {overtaken} finished though the cancel was taken")
    share = canceled / len(states)
    if not _LEAST_SHARE < share < 1 - _LEAST_SHARE:
        raise NotInjected(f"{share:.0%} were canceled: no race")
    assert set(states.values()) <= {"succeeded", "canceled"}, f"ended as {set(states.values())}"
    wrong = {
        job_id: (status, states[job_id])
        for job_id, status in answers.items()
        if (status == 200 and states[job_id] != "canceled") or (status == 409 and states[job_id] != "succeeded")
    }
    assert not wrong, f"an answer and a state that contradict each other: {dict(list(wrong.items())[:3])}"


ROW = Row(19, "cancel racing finish", "1,000 cancellations before and within 50 ms of the last step", 60, inject)
