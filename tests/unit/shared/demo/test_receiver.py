"""The demonstration's receiver believes what is signed, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from shared.demo.receiver import WebhookReceiver
from shared.webhooks.signing import SigningSecret, signed_headers

SECRET = SigningSecret.generate()
BODY = json.dumps({"type": "job.succeeded", "timestamp": "x", "data": {"id": "job-1"}}).encode()


def post(receiver: WebhookReceiver, body: bytes, secret: SigningSecret = SECRET, path: str = "") -> int:
    headers = signed_headers([secret], "event-1", datetime.now(UTC), body)
    return httpx.post(receiver.url + path, content=body, headers=headers, trust_env=False).status_code


def test_a_signed_delivery_is_believed_and_kept() -> None:
    with WebhookReceiver(SECRET.text()) as receiver:
        assert post(receiver, BODY) == 204
        assert receiver.wait_for_jobs(frozenset({"job-1"}), 5)

    (receipt,) = receiver.receipts
    assert (receipt.webhook_id, receipt.type, receipt.job_id) == ("event-1", "job.succeeded", "job-1")
    assert receiver.refused == 0
    assert receiver.tampered_accepted == 0


def test_a_delivery_signed_by_somebody_else_is_refused_and_counted() -> None:
    with WebhookReceiver(SECRET.text()) as receiver:
        assert post(receiver, BODY, SigningSecret.generate()) == 400

    assert receiver.refused == 1
    assert not receiver.receipts


def test_another_address_is_not_the_receivers() -> None:
    with WebhookReceiver(SECRET.text()) as receiver:
        assert post(receiver, BODY, path="/elsewhere") == 400
    assert not receiver.receipts


def test_a_verifier_that_lets_anything_through_is_found_out() -> None:
    class Careless(Webhook):
        def verify(self, data: bytes | str, headers: dict[str, str], *, json_parse: bool = True) -> Any:
            return json.loads(data)

    with WebhookReceiver(SECRET.text()) as receiver:
        receiver._webhook = Careless(SECRET.text())
        post(receiver, BODY)
    assert receiver.tampered_accepted == 1


def test_waiting_for_a_job_that_is_not_told_of_ends() -> None:
    with WebhookReceiver(SECRET.text()) as receiver:
        post(receiver, BODY)
        assert not receiver.wait_for_jobs(frozenset({"job-1", "job-2"}), 0.1)
