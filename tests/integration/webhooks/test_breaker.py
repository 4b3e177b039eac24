"""A receiver that keeps failing is left alone for a while; the others never notice."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from shared.db import session_scope
from shared.webhooks import service
from shared.webhooks.claims import MAX_IN_FLIGHT
from shared.webhooks.models import WebhookBreaker, WebhookDelivery, WebhookEndpoint
from shared.webhooks.schedule import FAILURES_TO_OPEN
from shared.webhooks.sweeps import forget_old, next_due
from tests.integration.webhooks.conftest import add_endpoint
from tests.integration.webhooks.happenings import deliveries, job_succeeds
from tests.integration.webhooks.receiver import Receiver, in_turn, status
from worker.delivery.deliverer import Deliverer, DeliveryCounts


@pytest.fixture
def broken(endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer) -> Receiver:
    """A receiver whose breaker has just opened, with deliveries waiting behind it."""
    receiver.answer = status(500)
    job_succeeds(endpoint.workspace_id, times=20)
    deliverer.deliver_due(100)
    return receiver


def seconds_open() -> float | None:
    with session_scope() as session:
        seconds = session.scalars(
            select(func.extract("epoch", WebhookBreaker.open_until - func.now())).select_from(WebhookBreaker)
        ).one_or_none()
        return None if seconds is None else float(seconds)


def let_breakers_time_pass() -> None:
    with session_scope() as session:
        session.execute(text("UPDATE webhook_breakers SET open_until = now()"))


def test_five_failures_in_a_row_open_it_for_a_minute(broken: Receiver, deliverer: Deliverer) -> None:
    assert FAILURES_TO_OPEN <= len(broken.received) < FAILURES_TO_OPEN + MAX_IN_FLIGHT
    assert 58 < (seconds_open() or 0) <= 60
    assert deliverer.deliver_due(100) == DeliveryCounts()


def test_what_waits_behind_it_spends_no_attempts(broken: Receiver) -> None:
    assert sum(delivery.attempts for delivery in deliveries()) == len(broken.received)


def test_one_probe_is_sent_when_its_time_is_over_and_a_failed_one_doubles_it(
    broken: Receiver, deliverer: Deliverer
) -> None:
    before = len(broken.received)
    for doubled in (120, 240, 480, 960, 1920, 3600, 3600):
        let_breakers_time_pass()

        assert deliverer.deliver_due(100) == DeliveryCounts(retry=1)

        assert doubled - 2 < (seconds_open() or 0) <= doubled
    assert len(broken.received) == before + 7


def test_a_probe_that_succeeds_closes_it(broken: Receiver, deliverer: Deliverer) -> None:
    broken.answer = status(204)
    let_breakers_time_pass()
    with session_scope() as session:
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.state == "pending").values(next_attempt_at=func.now())
        )

    assert deliverer.deliver_due(100) == DeliveryCounts(succeeded=20)

    assert seconds_open() is None


def test_a_success_between_starts_the_count_again(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    failure = status(500)
    receiver.answer = in_turn(failure, failure, failure, failure, status(204), failure)
    for _ in range(8):
        job_succeeds(endpoint.workspace_id)
        deliverer.deliver_due(1)

    assert len(receiver.received) == 8
    with session_scope() as session:
        assert session.scalars(select(WebhookBreaker.consecutive_failures)).one() == 3


def test_the_dispatcher_does_not_ring_for_what_waits_behind_it(broken: Receiver) -> None:
    with session_scope() as session:
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.state == "pending").values(next_attempt_at=func.now())
        )
        assert 58 < (next_due(session) or 0) <= 60


def test_another_endpoint_on_the_same_server_is_unhurt(
    broken: Receiver, workspace_id: UUID, start_receiver: Callable[..., Receiver], deliverer: Deliverer
) -> None:
    broken.answer = status(204)
    add_endpoint(workspace_id, f"{broken.url}/other")
    job_succeeds(workspace_id)

    assert deliverer.deliver_due(100) == DeliveryCounts(succeeded=1)

    assert broken.received[-1].path == "/hook/other"


def test_jobs_that_name_urls_on_one_server_share_its_breaker(
    workspace_id: UUID, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = status(500)
    for number in range(20):
        job_succeeds(workspace_id, webhook_url=f"{receiver.url}/{number}")

    deliverer.deliver_due(100)

    assert len(receiver.received) < FAILURES_TO_OPEN + MAX_IN_FLIGHT


def test_enabling_an_endpoint_forgets_its_failures(broken: Receiver, endpoint: WebhookEndpoint) -> None:
    with session_scope() as session:
        service.disable_endpoint(session, endpoint.workspace_id, endpoint.id)
        service.enable_endpoint(session, endpoint.workspace_id, endpoint.id)

    assert seconds_open() is None


def test_housekeeping_keeps_breakers_that_deliveries_wait_behind_and_forgets_the_others(broken: Receiver) -> None:
    with session_scope() as session:
        forget_old(session)
    assert seconds_open() is not None
    with session_scope() as session:
        session.execute(text("UPDATE webhook_deliveries SET state='failed', next_attempt_at=NULL, finished_at=now()"))
        forget_old(session)
    assert seconds_open() is None


def test_housekeeping_forgets_attempts_after_thirty_days(broken: Receiver) -> None:
    with session_scope() as session:
        session.execute(
            text(
                "UPDATE webhook_attempts SET started_at = now() - interval '31 days'"
                " WHERE id = (SELECT id FROM webhook_attempts LIMIT 1)"
            )
        )
        assert forget_old(session) == 1
        assert forget_old(session) == 0
