"""Row 16: receivers of webhooks fail, stay silent, dawdle or are gone; a sender dies after the 2xx."""

from __future__ import annotations

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import httpx

from tests.faults.load import Receipt
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.integration.webhooks.receiver import Receiver, drip, in_turn, silence, status

_SECOND_AFTER = 5.0
_SLACK = 4.0
_LEASE_AND_MORE = 60


def inject(scene: Scene) -> None:
    """Each is treated by the schedule, and none of them delays what others are told."""
    scene.until_ready()
    released = threading.Event()
    try:
        stuck = [scene.recorder.another(silence(released)), scene.recorder.another(drip(released))]
        waiting = [_tell(scene, receiver, f"stuck {number}") for number, receiver in enumerate(stuck * 4)]
        scene.until_injected(lambda: all(receiver.received for receiver in stuck), "senders that wait")
        _fails_once(scene)
        _is_gone(scene)
        if scene.thorough:
            _sender_dies(scene)
            _are_given_up_after_fifteen_seconds(scene, stuck, waiting)
    finally:
        released.set()
    scene.over()


def _tell(scene: Scene, receiver: Receiver, words: str) -> Receipt:
    return scene.send(f"{scene.name}: {words}", webhook_url=receiver.url)


def _fails_once(scene: Scene) -> None:
    """500 first: the same id again five seconds later. Meanwhile others hear within seconds."""
    receiver = scene.recorder.another(in_turn(status(500), status(204)))
    receipt = _tell(scene, receiver, "told twice")
    scene.until(lambda: receiver.received, "the first attempt")
    neighbour = scene.send(f"{scene.name}: beside a receiver that fails")
    scene.until(lambda: neighbour.job_id in scene.recorder.ended(), "word of a neighbour's end", _SECOND_AFTER)
    scene.until(lambda: len(receiver.received) == 2, "the second attempt", _SECOND_AFTER * 1.1 + _SLACK)
    assert len({request.id for request in receiver.received}) == 1, "a retry under another id"
    scene.until(lambda: len(scene.attempts_to_tell(receipt.job_id)) == 2, "a record of both")
    first, second = scene.attempts_to_tell(receipt.job_id)
    assert (first["status"], second["status"]) == (500, 204)
    waited = second["started_at"] - first["started_at"]
    assert timedelta(seconds=_SECOND_AFTER) <= waited < timedelta(seconds=_SECOND_AFTER * 1.1 + _SLACK), f"{waited}"


def _is_gone(scene: Scene) -> None:
    """410 disables the endpoint."""
    receiver = Receiver(status(410))
    connection = scene.stack.connection()
    headers = {"Authorization": f"Bearer {connection.api_key}"}
    try:
        with httpx.Client(base_url=connection.url, headers=headers, timeout=10, trust_env=False) as client:
            made = client.post("/api/v1/webhook-endpoints", json={"url": receiver.url}).raise_for_status().json()
            where = f"/api/v1/webhook-endpoints/{made['id']}"
            scene.until_injected(lambda: receiver.received, "an event for the endpoint")
            scene.until(lambda: client.get(where).json()["state"] == "disabled", "the end of a gone endpoint")
            client.delete(where).raise_for_status()
    finally:
        receiver.close()


def _sender_dies(scene: Scene) -> None:
    """It is killed with the 2xx in its hands, before it can write it down."""
    killed: list[int] = []

    def answer_and_kill(handler: BaseHTTPRequestHandler) -> None:
        with scene.connection() as connection, connection.transaction():
            # Whoever wants to write the outcome down waits for these rows.
            connection.execute("SELECT FROM webhook_deliveries WHERE url = %s FOR UPDATE", [receiver.url])
            status(204)(handler)
            handler.wfile.flush()
            for pid in scene.stack.child_pids("cpu-worker"):
                scene.kill(pid)
                killed.append(pid)

    receiver = scene.recorder.another(in_turn(answer_and_kill, status(204)))
    receipt = _tell(scene, receiver, "told by a sender that dies")
    scene.until(lambda: len(receiver.received) == 2, "the second telling", _LEASE_AND_MORE)
    if not killed:
        raise NotInjected("no sender was killed")
    assert len({request.id for request in receiver.received}) == 1, "a repeat under another id"
    scene.until(lambda: scene.attempts_to_tell(receipt.job_id), "a record of the second telling")
    assert [attempt["status"] for attempt in scene.attempts_to_tell(receipt.job_id)] == [204], (
        "the first 2xx was written down"
    )


def _are_given_up_after_fifteen_seconds(scene: Scene, stuck: list[Receiver], waiting: list[Receipt]) -> None:
    for receipt in waiting[: len(stuck)]:
        scene.until(lambda receipt=receipt: scene.attempts_to_tell(receipt.job_id), "an end of the wait", 40)  # type: ignore[misc]
        attempt = scene.attempts_to_tell(receipt.job_id)[0]
        assert attempt["status"] is None, f"silence was taken for {attempt['status']}"
        assert attempt["milliseconds"] < 17_000, f"a sender waited for {attempt['milliseconds']} ms"


ROW = Row(
    16,
    "receiver 500, timeout, drip, 410; sender killed after the 2xx",
    "local receivers; kill -9 of the senders while the row of the delivery is locked",
    60,
    inject,
    quick=False,
)
