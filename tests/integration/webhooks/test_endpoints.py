"""Looking after a workspace's endpoints and deliveries, as the web does it: under the tenant's role."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.accounts.service import create_workspace
from shared.db import session_scope
from shared.errors import DatabaseUnavailable, InputRefused, NotFound, StateConflict
from shared.events.types import EventType
from shared.webhooks import repository, service
from shared.webhooks.address_policy import AddressPolicy, resolve_name
from shared.webhooks.claims import claim
from shared.webhooks.models import DeliveryState, EndpointState, WebhookDelivery, WebhookEndpoint
from tests.integration.webhooks.happenings import deliveries, job_succeeds
from tests.integration.webhooks.receiver import Receiver, status
from worker.delivery.deliverer import Deliverer

URL = AddressPolicy(True, resolve_name).parse("https://127.0.0.1/hook")


@pytest.fixture
def stranger_id(workspace_id: UUID) -> UUID:
    """Another workspace."""
    with session_scope() as session:
        return create_workspace(session, "stranger", "").id


def test_an_endpoint_keeps_what_it_was_made_with(workspace_id: UUID) -> None:
    with session_scope(workspace_id) as session:
        made = service.create_endpoint(session, workspace_id, URL, [EventType.JOB_FAILED], "For the pager")
        secret = service.endpoint_secret(session, workspace_id, made.id)
    with session_scope(workspace_id) as session:
        [listed] = service.list_endpoints(session, workspace_id)

    assert (listed.id, listed.url, listed.events) == (made.id, "https://127.0.0.1/hook", ["job.failed"])
    assert (listed.state, listed.description) == (EndpointState.ENABLED, "For the pager")
    assert secret.encode() not in listed.secret


def test_a_workspace_has_one_endpoint_an_address_and_another_workspace_may_have_it_too(
    workspace_id: UUID, stranger_id: UUID
) -> None:
    with session_scope(workspace_id) as session:
        service.create_endpoint(session, workspace_id, URL)
        with pytest.raises(StateConflict):
            service.create_endpoint(session, workspace_id, URL)
    with session_scope(stranger_id) as session:
        service.create_endpoint(session, stranger_id, URL)


@pytest.mark.parametrize("event", [EventType.JOB_ACCEPTED, EventType.JOB_REQUEUED, EventType.WEBHOOK_TEST])
def test_an_event_that_is_never_sent_cannot_be_asked_for(workspace_id: UUID, event: EventType) -> None:
    with session_scope(workspace_id) as session, pytest.raises(InputRefused, match=r"events: .*" + event.value):
        service.create_endpoint(session, workspace_id, URL, [event])


def test_a_disabled_endpoint_can_be_enabled_tested_and_deleted(endpoint: WebhookEndpoint) -> None:
    workspace_id = endpoint.workspace_id
    with session_scope(workspace_id) as session:
        service.disable_endpoint(session, workspace_id, endpoint.id)
        with pytest.raises(StateConflict):
            service.send_test_event(session, workspace_id, endpoint.id)
    with session_scope(workspace_id) as session:
        assert service.enable_endpoint(session, workspace_id, endpoint.id).state is EndpointState.ENABLED
        service.send_test_event(session, workspace_id, endpoint.id)
    assert len(deliveries()) == 1
    with session_scope(workspace_id) as session:
        service.delete_endpoint(session, workspace_id, endpoint.id)
    assert not deliveries()


def test_another_workspaces_endpoint_is_not_found_with_row_level_security_and_without(
    endpoint: WebhookEndpoint, stranger_id: UUID
) -> None:
    for role in (stranger_id, None):
        for reach in (
            service.get_endpoint,
            service.endpoint_secret,
            service.rotate_secret,
            service.disable_endpoint,
            service.enable_endpoint,
            service.delete_endpoint,
            service.send_test_event,
        ):
            with session_scope(role) as session, pytest.raises(NotFound):
                reach(session, stranger_id, endpoint.id)


def test_another_workspaces_delivery_is_not_found(endpoint: WebhookEndpoint, stranger_id: UUID) -> None:
    job_succeeds(endpoint.workspace_id)
    [delivery] = deliveries()

    with session_scope() as session:
        with pytest.raises(NotFound):
            service.replay(session, stranger_id, delivery.id)
        assert not repository.list_deliveries(session, stranger_id, limit=10)
        assert repository.find_delivery(session, stranger_id, delivery.id) is None


def test_deliveries_are_paged_newest_first(endpoint: WebhookEndpoint) -> None:
    job_succeeds(endpoint.workspace_id, times=5)
    newest_first = [delivery.id for delivery in reversed(deliveries())]
    with session_scope(endpoint.workspace_id) as session:
        page = repository.list_deliveries(session, endpoint.workspace_id, limit=2)
        rest = repository.list_deliveries(session, endpoint.workspace_id, limit=9, before=page[-1].id)
        none = repository.list_deliveries(session, endpoint.workspace_id, limit=9, endpoint_id=uuid4())

    assert [delivery.id for delivery in (*page, *rest)] == newest_first
    assert not none


def test_the_log_of_a_delivery_is_read_by_its_workspace(
    endpoint: WebhookEndpoint, receiver: Receiver, deliverer: Deliverer
) -> None:
    receiver.answer = status(500, body=b"no")
    job_succeeds(endpoint.workspace_id)
    deliverer.deliver_due(10)

    with session_scope(endpoint.workspace_id) as session:
        [attempt] = repository.list_attempts(session, endpoint.workspace_id, deliveries()[0].id)
    assert (attempt.status, attempt.response) == (500, "no")


def test_a_replay_starts_the_schedule_anew_but_not_while_it_is_being_sent(endpoint: WebhookEndpoint) -> None:

    workspace_id = endpoint.workspace_id
    job_succeeds(workspace_id)
    with session_scope() as session:
        [held] = claim(session, 1)
    with session_scope(workspace_id) as session, pytest.raises(StateConflict):
        service.replay(session, workspace_id, held.delivery_id)
    with session_scope() as session:
        delivery = session.scalars(select(WebhookDelivery)).one()
        delivery.state, delivery.lease_until = DeliveryState.FAILED, None
        delivery.finished_at = delivery.created_at
    with session_scope(workspace_id) as session:
        again = service.replay(session, workspace_id, held.delivery_id)

    assert (again.state, again.attempts, again.event_id) == (DeliveryState.PENDING, 0, held.event_id)


def test_an_endpoint_cannot_vanish_between_an_event_and_its_delivery(endpoint: WebhookEndpoint) -> None:

    def delete_meanwhile() -> None:
        with session_scope() as other:
            other.execute(text("SET LOCAL lock_timeout = '100ms'"))
            service.delete_endpoint(other, endpoint.workspace_id, endpoint.id)

    with session_scope() as session:
        repository.enabled_endpoints(session, [endpoint.workspace_id])
        with pytest.raises(DatabaseUnavailable):
            delete_meanwhile()


def test_a_long_backlog_behind_an_open_breaker_does_not_slow_the_others_claim(
    endpoint: WebhookEndpoint, workspace_id: UUID
) -> None:

    [event] = job_succeeds(workspace_id)
    with session_scope() as session:
        session.execute(
            text(
                "INSERT INTO webhook_deliveries (id, workspace_id, event_id, receiver_id, url, body, state, attempts,"
                " next_attempt_at) SELECT gen_random_uuid(), :workspace, :event, :dead, 'https://dead.test/' || n, '',"
                " 'pending', 0, now() - interval '1 h' FROM generate_series(1, 50000) AS n"
            ),
            {"workspace": workspace_id, "event": event.id, "dead": UUID(int=0)},
        )
        session.execute(
            text("INSERT INTO webhook_breakers VALUES (:dead, :workspace, 5, now() + interval '1 h')"),
            {"workspace": workspace_id, "dead": UUID(int=0)},
        )
    with session_scope() as session:
        session.execute(text("ANALYZE webhook_deliveries"))
        before = _rows_read(session)
        claims = claim(session, 10)
        after = _rows_read(session)

    assert [held.event_id for held in claims] == [event.id]
    assert after - before < 100


def _rows_read(session: Session) -> int:
    """Rows of deliveries that this transaction has looked at so far."""
    counted = text(
        "SELECT pg_stat_get_xact_tuples_returned('webhook_deliveries'::regclass)"
        " + pg_stat_get_xact_tuples_fetched('webhook_deliveries'::regclass)"
    )
    return int(session.scalars(counted).one())
