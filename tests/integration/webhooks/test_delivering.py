"""How deliveries are sent, tried again and given up: with a real receiver on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import StateConflict
from shared.webhooks import service
from shared.webhooks.claims import MAX_IN_FLIGHT, claim
from shared.webhooks.models import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from shared.webhooks.schedule import JITTER, MAX_ATTEMPTS
from tests.integration.webhooks.conftest import add_endpoint
from tests.integration.webhooks.happenings import attempts, deliveries, job_succeeds
from tests.integration.webhooks.receiver import Receiver, drip, in_turn, silence, status
from worker.delivery.deliverer import Deliverer, DeliveryCounts


def secret_of(endpoint: WebhookEndpoint) -> str:
    with session_scope() as session:
        return service.endpoint_secret(session, endpoint.workspace_id, endpoint.id)


def make_due() -> None:
    """Let the time until every next attempt pass."""
    with session_scope() as session:
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.state == "pending").values(next_attempt_at=func.now())
        )


def seconds_until_next_attempt() -> float:
    with session_scope() as session:
        wait = session.scalars(
            select(func.extract("epoch", WebhookDelivery.next_attempt_at - func.now())).select_from(WebhookDelivery)
        ).one()
        return float(wait)


def test_a_delivery_verifies_with_the_reference_library(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    [event] = job_succeeds(endpoint.workspace_id)

    counts = deliverer.deliver_due(10)

    [request] = receiver.received
    assert counts == DeliveryCounts(succeeded=1)
    assert request.id == str(event.id)
    assert request.headers["content-type"] == "application/json"
    assert request.verified_by(secret_of(endpoint))["data"] == {"id": str(event.job_id)}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(endpoint)).verify(request.body + b" ", dict(request.headers))


def test_a_jobs_own_url_is_signed_with_the_workspaces_secret(
    workspace_id: UUID, receiver: Receiver, deliverer: Deliverer
) -> None:
    from shared.accounts.models import Workspace
    from shared.webhooks.signing import SigningSecret

    job_succeeds(workspace_id, webhook_url=receiver.url)

    deliverer.deliver_due(10)

    with session_scope() as session:
        workspace = session.get_one(Workspace, workspace_id)
    assert receiver.received[0].verified_by(SigningSecret.unseal(workspace.webhook_secret).text())


def test_every_attempt_carries_the_same_id_and_body_and_is_logged(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = in_turn(status(500, body=b"not \x00 now"), status(204))
    job_succeeds(endpoint.workspace_id)

    first = deliverer.deliver_due(10)
    make_due()
    second = deliverer.deliver_due(10)

    assert (first, second) == (DeliveryCounts(retry=1), DeliveryCounts(succeeded=1))
    assert len({(request.id, request.body) for request in receiver.received}) == 1
    assert all(request.verified_by(secret_of(endpoint)) for request in receiver.received)
    assert [(attempt.status, attempt.address) for attempt in attempts()] == [(500, "127.0.0.1"), (204, "127.0.0.1")]
    assert attempts()[0].response == "not \ufffd now"
    assert deliveries()[0].state is DeliveryState.SUCCEEDED


@pytest.mark.parametrize("answered", [301, 400, 404, 500, 503])
def test_anything_but_2xx_is_tried_again_after_five_seconds(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer, answered: int
) -> None:
    receiver.answer = status(answered, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"})
    job_succeeds(endpoint.workspace_id)

    assert deliverer.deliver_due(10) == DeliveryCounts(retry=1)

    assert [request.path for request in receiver.received] == ["/hook"]
    assert 4 < seconds_until_next_attempt() < 5 * (1 + JITTER) + 0.1


def test_a_delivery_fails_when_its_schedule_is_used_up(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = status(500)
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        session.execute(update(WebhookDelivery).values(attempts=MAX_ATTEMPTS - 1))

    assert deliverer.deliver_due(10) == DeliveryCounts(spent=1)

    assert deliveries()[0].state is DeliveryState.FAILED


def test_410_disables_the_endpoint_and_fails_the_delivery(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = status(410)
    job_succeeds(endpoint.workspace_id)

    assert deliverer.deliver_due(10) == DeliveryCounts(gone=1)

    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        assert service.get_endpoint(session, endpoint.workspace_id, endpoint.id).state is EndpointState.DISABLED
    assert [delivery.state for delivery in deliveries()] == [DeliveryState.FAILED]


def test_what_was_announced_before_its_endpoint_was_disabled_is_not_sent(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        service.disable_endpoint(session, endpoint.workspace_id, endpoint.id)

    deliverer.deliver_due(10)

    assert not receiver.received
    assert deliveries()[0].state is DeliveryState.FAILED
    with session_scope() as session, pytest.raises(StateConflict):
        service.replay(session, endpoint.workspace_id, deliveries()[0].id)


@pytest.mark.parametrize("value", ["120", pytest.param(None, id="HTTP date")])
def test_retry_after_is_obeyed(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer, value: str | None
) -> None:
    value = value or format_datetime(utc_now() + timedelta(seconds=121), usegmt=True)
    receiver.answer = status(503, {"Retry-After": value})
    job_succeeds(endpoint.workspace_id)

    deliverer.deliver_due(10)

    assert 115 < seconds_until_next_attempt() < 121 * (1 + JITTER)


@pytest.mark.parametrize("behaviour", [silence, drip])
def test_a_receiver_that_does_not_come_to_an_end_is_left_at_the_deadline(
    endpoint: WebhookEndpoint,
    receiver: Receiver,
    deliverer: Deliverer,
    released: threading.Event,
    behaviour: Callable[[threading.Event], Any],
) -> None:
    receiver.answer = behaviour(released)
    job_succeeds(endpoint.workspace_id)

    assert deliverer.deliver_due(10) == DeliveryCounts(retry=1)

    [attempt] = attempts()
    assert attempt.status is None
    assert attempt.error == "not over after 1 s"
    assert 950 < attempt.milliseconds < 1_500


def test_an_answer_too_long_is_cut_and_its_status_counts(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = status(200, {"Content-Length": "5000000"}, b"x" * 5_000_000)
    job_succeeds(endpoint.workspace_id)

    assert deliverer.deliver_due(10) == DeliveryCounts(succeeded=1)

    assert attempts()[0].response == "x" * 2048


def test_nobody_listening_is_a_failure_that_says_so(workspace_id: UUID, deliverer: Deliverer) -> None:
    closed = Receiver(status(204))
    url = closed.url
    closed.close()
    add_endpoint(workspace_id, url)
    job_succeeds(workspace_id)

    assert deliverer.deliver_due(10) == DeliveryCounts(retry=1)

    assert (attempts()[0].status, attempts()[0].error) == (None, "Connection refused")


def test_one_slow_receiver_holds_up_no_other(
    workspace_id: UUID,
    start_receiver: Callable[..., Receiver],
    deliverer: Deliverer,
    released: threading.Event,
) -> None:
    slow, quick = start_receiver(silence(released)), start_receiver()
    add_endpoint(workspace_id, slow.url)
    job_succeeds(workspace_id, times=3)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(deliverer.deliver_due, 100)
        slow.wait_for(3)
        add_endpoint(workspace_id, quick.url)
        job_succeeds(workspace_id)
        quick.wait_for(1, seconds=0.9)
        assert not call.done()


def test_a_receiver_has_four_requests_at_a_time_over_all_senders(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer, released: threading.Event
) -> None:
    receiver.answer = silence(released)
    job_succeeds(endpoint.workspace_id, times=20)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(deliverer.deliver_due, 100) for _ in range(4)]
        receiver.wait_for(MAX_IN_FLIGHT)
        released.set()
        counts = [call.result() for call in calls]

    assert sum(count.succeeded for count in counts) == 20
    assert receiver.most_at_once == MAX_IN_FLIGHT


def test_claims_at_the_same_moment_do_not_add_up_to_more_than_four(endpoint: WebhookEndpoint) -> None:
    job_succeeds(endpoint.workspace_id, times=20)

    def claim_in_another_transaction() -> int:
        with session_scope() as other:
            return len(claim(other, 10))

    with ThreadPoolExecutor(1) as pool:
        with session_scope() as session:
            assert len(claim(session, 10)) == MAX_IN_FLIGHT
            meanwhile = pool.submit(claim_in_another_transaction)
            wait([meanwhile], timeout=0.5)
        assert meanwhile.result() == 0


def test_concurrent_senders_send_each_delivery_once(
    workspace_id: UUID, start_receiver: Callable[..., Receiver], deliverer: Deliverer
) -> None:
    receivers = [start_receiver() for _ in range(5)]
    for receiver in receivers:
        add_endpoint(workspace_id, receiver.url)
    job_succeeds(workspace_id, times=40)

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(lambda _: deliverer.deliver_due(1_000), range(6)))

    assert sum(count.succeeded for count in counts) == 200
    for receiver in receivers:
        assert len({request.id for request in receiver.received}) == len(receiver.received) == 40


def test_a_call_stops_at_its_limit_and_rings_for_the_rest(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    from shared.queue.app import KEY_PREFIX
    from shared.queue.names import QueueName
    from shared.queue.redis import get_redis

    job_succeeds(endpoint.workspace_id, times=5)
    get_redis().flushdb()

    assert deliverer.deliver_due(3).succeeded == 3

    assert len(receiver.received) == 3
    assert get_redis().llen(f"{KEY_PREFIX}{QueueName.DELIVERY.value}") == 1


def test_replay_sends_the_same_id_again(endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer) -> None:
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)
    with session_scope() as session:
        service.replay(session, endpoint.workspace_id, deliveries()[0].id)

    assert deliverer.deliver_due(10) == DeliveryCounts(succeeded=1)

    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert len(attempts()) == 2


def test_both_secrets_sign_for_a_day_after_a_rotation(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    old = secret_of(endpoint)
    with session_scope() as session:
        new = service.rotate_secret(session, endpoint.workspace_id, endpoint.id)
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)
    with session_scope() as session:
        session.execute(text("UPDATE webhook_endpoints SET previous_secret_until = now()"))
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)

    rotating, rotated = receiver.received

    assert new != old
    assert rotating.verified_by(old) == rotating.verified_by(new)
    assert rotated.verified_by(new)
    with pytest.raises(WebhookVerificationError):
        rotated.verified_by(old)


def test_a_test_event_goes_to_its_endpoint_whatever_that_asked_for(
    workspace_id: UUID, start_receiver: Callable[..., Receiver], deliverer: Deliverer
) -> None:
    tested, other = start_receiver(), start_receiver()
    endpoint = add_endpoint(workspace_id, tested.url)
    add_endpoint(workspace_id, other.url)
    with session_scope() as session:
        service.send_test_event(session, workspace_id, endpoint.id)

    deliverer.deliver_due(10)

    assert tested.received[0].verified_by(secret_of(endpoint))["type"] == "webhook.test"
    assert not other.received
