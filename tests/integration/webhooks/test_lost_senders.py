"""What happens to a delivery whose sender died, froze or was overtaken."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.clock import utc_now
from shared.db import get_engine, session_scope
from shared.webhooks import service
from shared.webhooks.claims import claim
from shared.webhooks.completion import Attempt, finish
from shared.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from shared.webhooks.schedule import MAX_ATTEMPTS, Outcome, Verdict
from shared.webhooks.sweeps import next_due, return_expired_deliveries
from tests.integration.webhooks.happenings import attempts, deliveries, job_succeeds
from tests.integration.webhooks.receiver import Receiver, in_turn, status
from worker.delivery.deliverer import Deliverer, DeliveryCounts

SENDER = "from worker.delivery.deliverer import deliver_due; deliver_due()"


def expire_leases() -> int:
    """Let the leases run out, and take back what they held."""
    with session_scope() as session:
        session.execute(
            text("UPDATE webhook_deliveries SET lease_until = now() - interval '1 s' WHERE state = 'sending'")
        )
        return return_expired_deliveries(session)


def test_a_process_that_only_sends_writes_down_what_it_sent(endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    job_succeeds(endpoint.workspace_id)

    subprocess.run([sys.executable, "-c", SENDER], check=True, timeout=30)

    assert len(receiver.received) == 1
    assert deliveries()[0].state is DeliveryState.SUCCEEDED


def test_a_sender_that_freezes_while_it_claims_holds_the_others_up_for_seconds(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    job_succeeds(endpoint.workspace_id)
    with get_engine().connect() as frozen, Session(frozen) as session:
        assert len(claim(session, 1)) == 1
        began = time.monotonic()
        # It says nothing more and lets go of nothing, as after SIGSTOP; the server ends its session.
        assert deliverer.deliver_due(10) == DeliveryCounts(succeeded=1)
        assert time.monotonic() - began < 8
        frozen.invalidate()
    assert len(receiver.received) == 1


def test_a_sender_killed_after_the_2xx_leads_to_the_same_id_again(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    [event] = job_succeeds(endpoint.workspace_id)
    answered, killed = threading.Event(), threading.Event()

    def answer_to_a_sender_that_cannot_write_it_down(handler: BaseHTTPRequestHandler) -> None:
        with session_scope() as session:
            session.scalars(select(WebhookDelivery).with_for_update()).one()
            status(200)(handler)
            answered.set()
            killed.wait(30)

    receiver.answer = in_turn(answer_to_a_sender_that_cannot_write_it_down, status(200))
    with subprocess.Popen([sys.executable, "-c", SENDER]) as sender:
        assert answered.wait(30)
        sender.kill()
        sender.wait(10)
        killed.set()

    assert deliverer.deliver_due(10) == DeliveryCounts()
    assert expire_leases() == 1
    assert deliverer.deliver_due(10) == DeliveryCounts(succeeded=1)
    with session_scope() as session:
        secret = service.endpoint_secret(session, endpoint.workspace_id, endpoint.id)
    assert [request.id for request in receiver.received] == [str(event.id)] * 2
    assert all(request.verified_by(secret) for request in receiver.received)
    assert deliveries()[0].state is DeliveryState.SUCCEEDED


def test_a_sender_that_was_overtaken_changes_nothing_but_is_logged(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer, released: threading.Event
) -> None:
    def fail_late(handler: BaseHTTPRequestHandler) -> None:
        released.wait(10)
        status(500)(handler)

    receiver.answer = in_turn(fail_late, status(204))
    job_succeeds(endpoint.workspace_id)
    with ThreadPoolExecutor(1) as pool:
        frozen = pool.submit(deliverer.deliver_due, 1)
        receiver.wait_for(1)
        assert expire_leases() == 1
        assert deliverer.deliver_due(10) == DeliveryCounts(succeeded=1)
        released.set()
        frozen.result()

    assert deliveries()[0].state is DeliveryState.SUCCEEDED
    assert sorted(attempt.status or 0 for attempt in attempts()) == [204, 500]


def test_a_sender_that_was_overtaken_does_not_end_what_another_is_sending(endpoint: WebhookEndpoint) -> None:
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        [overtaken] = claim(session, 1)
    expire_leases()
    with session_scope() as session:
        [holder] = claim(session, 1)
    attempt = Attempt(utc_now(), 1, "127.0.0.1", 500, None, "")

    with session_scope() as session:
        assert not finish(session, overtaken, attempt, Verdict(Outcome.SPENT))
    assert deliveries()[0].state is DeliveryState.SENDING

    with session_scope() as session:
        assert finish(session, holder, attempt, Verdict(Outcome.SUCCEEDED))
    assert deliveries()[0].state is DeliveryState.SUCCEEDED


def test_a_delivery_that_kills_its_senders_comes_to_an_end(endpoint: WebhookEndpoint) -> None:
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        session.execute(
            text(
                "UPDATE webhook_deliveries SET state='sending', fence=1, attempts=:attempts,"
                " next_attempt_at=NULL, lease_until=now()"
            ),
            {"attempts": MAX_ATTEMPTS},
        )

    assert expire_leases() == 1

    assert deliveries()[0].state is DeliveryState.FAILED


def test_a_lease_that_still_runs_is_left_alone(endpoint: WebhookEndpoint) -> None:
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        assert len(claim(session, 10)) == 1
    with session_scope() as session:
        assert return_expired_deliveries(session) == 0
        assert next_due(session) is None


def test_the_dispatcher_learns_when_something_is_due(endpoint: WebhookEndpoint) -> None:
    with session_scope() as session:
        assert next_due(session) is None
    job_succeeds(endpoint.workspace_id)
    with session_scope() as session:
        assert (next_due(session) or 0) <= 0
        session.execute(text("UPDATE webhook_deliveries SET next_attempt_at = now() + interval '90 s'"))
        assert 89 < (next_due(session) or 0) <= 90
