"""Row 4: the same key with another body."""

from __future__ import annotations

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene


def inject(scene: Scene) -> None:
    """Refused, and nothing is changed: neither by the second body nor for the first one's next repeat."""
    key = f"{scene.name}:reused"
    first, other = scene.load.body(key, "one body"), scene.load.body(key, "another body")
    with scene.load.new_client() as client:
        receipt = scene.load.insist(client, key, first)
        answer = scene.load.post(client, key, other)
        if answer is None:
            raise NotInjected("the second body got no answer")
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused"), answer.text
        assert scene.load.insist(client, key, first).job_id == receipt.job_id
    scene.over()
    assert scene.jobs_of_key(key) == [receipt.job_id]


ROW = Row(4, "same key, other body", "HTTP", 30, inject)
