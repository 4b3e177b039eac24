"""One delivery, verified by the libraries that receivers really use."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from openai import InvalidWebhookSignatureError, OpenAI
from replicate.webhook import InvalidSignatureError, Webhooks, WebhookSigningSecret
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.db import session_scope
from shared.webhooks import service
from shared.webhooks.models import WebhookEndpoint
from tests.integration.webhooks.happenings import job_succeeds
from tests.integration.webhooks.receiver import Received, Receiver
from worker.delivery.deliverer import Deliverer

Verify = Callable[[Received, str, str], object]


def by_standard_webhooks(request: Received, body: str, secret: str) -> object:
    return Webhook(secret).verify(body, dict(request.headers))


def by_openai(request: Received, body: str, secret: str) -> object:
    with OpenAI(api_key="not needed to verify") as client:
        return client.webhooks.unwrap(body, request.headers, secret=secret)


def by_replicate(request: Received, body: str, secret: str) -> object:
    key = WebhookSigningSecret(key=secret)
    return Webhooks.validate(headers=dict(request.headers), body=body, secret=key, tolerance=300)


VERIFIERS: dict[Verify, type[Exception]] = {
    by_standard_webhooks: WebhookVerificationError,
    by_openai: InvalidWebhookSignatureError,
    by_replicate: InvalidSignatureError,
}


def secret_of(endpoint: WebhookEndpoint) -> str:
    with session_scope() as session:
        return service.endpoint_secret(session, endpoint.workspace_id, endpoint.id)


def test_one_delivery_verifies_in_three_real_verifiers(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    [event] = job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)
    [request] = receiver.received
    body, secret = request.body.decode(), secret_of(endpoint)

    for verify in VERIFIERS:
        verify(request, body, secret)

    with OpenAI(api_key="not needed to verify") as client:
        unwrapped = client.webhooks.unwrap(body, request.headers, secret=secret)
    assert str(unwrapped.type) == "job.succeeded"
    assert by_standard_webhooks(request, body, secret) == json.loads(body)
    assert request.headers["webhook-id"] == str(event.id)


@pytest.mark.parametrize(("verify", "refusal"), VERIFIERS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_none_of_them_accepts_a_changed_body_or_another_secret(
    endpoint: WebhookEndpoint,
    receiver: Receiver,
    deliverer: Deliverer,
    verify: Verify,
    refusal: type[Exception],
) -> None:
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)
    [request] = receiver.received
    body, secret = request.body.decode(), secret_of(endpoint)

    with pytest.raises(refusal):
        verify(request, body.replace("succeeded", "failed"), secret)
    with session_scope() as session:
        another = service.rotate_secret(session, endpoint.workspace_id, endpoint.id)
    with pytest.raises(refusal):
        verify(request, body, another)


@pytest.mark.parametrize("verify", VERIFIERS, ids=lambda verify: verify.__name__)
def test_while_a_secret_is_rotated_a_receiver_may_hold_either(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer, verify: Verify
) -> None:
    before = secret_of(endpoint)
    with session_scope() as session:
        after = service.rotate_secret(session, endpoint.workspace_id, endpoint.id)
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)
    [request] = receiver.received

    for secret in (before, after):
        verify(request, request.body.decode(), secret)
