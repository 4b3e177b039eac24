"""What is written when an event happens."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from shared.accounts.service import create_workspace
from shared.clock import iso
from shared.db import get_engine, session_scope
from shared.events.models import Event
from shared.events.types import EventType
from shared.queue.app import KEY_PREFIX
from shared.queue.names import QueueName
from shared.queue.redis import get_redis
from shared.webhooks import service
from shared.webhooks.address_policy import check_url
from shared.webhooks.models import DeliveryState, WebhookEndpoint
from tests.integration.webhooks.happenings import add_job, deliveries, happen, job_succeeds, wishes


def add_endpoint(session: Session, workspace_id: UUID, path: str, *events: EventType) -> WebhookEndpoint:
    return service.create_endpoint(session, workspace_id, check_url(f"https://127.0.0.1/{path}"), events)


def test_an_event_goes_to_every_endpoint_that_wants_it_and_to_the_jobs_own_url(workspace_id: UUID) -> None:
    with session_scope() as session:
        add_endpoint(session, workspace_id, "all")
        add_endpoint(session, workspace_id, "succeeded", EventType.JOB_SUCCEEDED)
        add_endpoint(session, workspace_id, "failed", EventType.JOB_FAILED)
        disabled = add_endpoint(session, workspace_id, "disabled")
        service.disable_endpoint(session, workspace_id, disabled.id)
        stranger = create_workspace(session, "stranger", "")
        add_endpoint(session, stranger.id, "stranger")
    [event] = job_succeeds(workspace_id, webhook_url="https://127.0.0.1/own")

    written = deliveries()

    assert sorted(delivery.url.rsplit("/", 1)[1] for delivery in written) == ["all", "own", "succeeded"]
    assert {delivery.event_id for delivery in written} == {event.id}
    assert {delivery.state for delivery in written} == {DeliveryState.PENDING}


@pytest.mark.parametrize(
    ("wanted", "happened", "count"),
    [
        (None, EventType.JOB_SUCCEEDED, 1),
        (None, EventType.JOB_CANCELED, 1),
        (None, EventType.JOB_STARTED, 0),
        (["job.started"], EventType.JOB_STARTED, 1),
        (["job.started"], EventType.JOB_SUCCEEDED, 0),
        ([], EventType.JOB_SUCCEEDED, 0),
        (None, EventType.JOB_ACCEPTED, 0),
    ],
)
def test_a_jobs_own_url_is_told_of_what_ends_it_unless_it_asks_for_something_else(
    workspace_id: UUID, wanted: list[str] | None, happened: EventType, count: int
) -> None:
    with session_scope() as session:
        happen(session, [add_job(session, workspace_id, "https://127.0.0.1/own", wanted)], happened)

    assert len(deliveries()) == count


def test_an_address_that_an_endpoint_and_a_job_name_is_told_once_and_signed_as_the_endpoint(workspace_id: UUID) -> None:
    with session_scope() as session:
        endpoint = add_endpoint(session, workspace_id, "same")
    job_succeeds(workspace_id, webhook_url="https://127.0.0.1/same")

    [delivery] = deliveries()

    assert delivery.endpoint_id == endpoint.id


def test_the_body_is_frozen_as_the_specification_says(workspace_id: UUID) -> None:
    [event] = job_succeeds(workspace_id, webhook_url="https://127.0.0.1/own")

    [delivery] = deliveries()

    assert json.loads(delivery.body) == {
        "type": "job.succeeded",
        "timestamp": iso(event.created_at),
        "data": {"id": str(event.job_id)},
    }
    assert '": ' not in delivery.body


def test_a_body_too_long_keeps_what_identifies_the_event(workspace_id: UUID) -> None:
    with session_scope() as session:
        job = add_job(session, workspace_id, "https://127.0.0.1/own")
        data = {"id": str(job.id), "state": "succeeded", "labels": {"note": "é" * 15_000}}
        event = Event(workspace_id=workspace_id, job_id=job.id, type=EventType.JOB_SUCCEEDED, data=data)
        session.add(event)
        session.flush()
        service.announce(session, [event], wishes([job]))

    [delivery] = deliveries()

    assert json.loads(delivery.body)["data"] == {"id": str(job.id), "state": "succeeded", "truncated": True}


@pytest.mark.parametrize("count", [1, 40])
def test_a_forward_batch_is_announced_in_two_statements(workspace_id: UUID, count: int) -> None:
    with session_scope() as session:
        add_endpoint(session, workspace_id, "one")
        add_endpoint(session, workspace_id, "two")
    statements: list[str] = []
    with session_scope() as session:
        jobs = [add_job(session, workspace_id, f"https://127.0.0.1/jobs/{number}") for number in range(count)]
        events = [
            Event(workspace_id=workspace_id, job_id=job.id, type=EventType.JOB_SUCCEEDED, data={}) for job in jobs
        ]
        session.add_all(events)
        session.flush()

        def note(*arguments: object) -> None:
            statements.append(str(arguments[2]))

        sqlalchemy_event.listen(get_engine(), "before_cursor_execute", note)
        try:
            service.announce(session, events, wishes(jobs))
        finally:
            sqlalchemy_event.remove(get_engine(), "before_cursor_execute", note)

    assert len(statements) == 2
    assert len(deliveries()) == 3 * count


def test_the_bell_rings_once_the_deliveries_are_durable_and_not_before(workspace_id: UUID) -> None:
    bell = f"{KEY_PREFIX}{QueueName.DELIVERY.value}"
    with session_scope() as session:
        happen(session, [add_job(session, workspace_id, "https://127.0.0.1/own")])
        assert get_redis().llen(bell) == 0

    assert get_redis().llen(bell) == 1


def test_what_is_rolled_back_is_not_announced(workspace_id: UUID) -> None:
    def change_ones_mind() -> None:
        with session_scope() as session:
            happen(session, [add_job(session, workspace_id, "https://127.0.0.1/own")])
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        change_ones_mind()

    assert not deliveries()
    assert get_redis().llen(f"{KEY_PREFIX}{QueueName.DELIVERY.value}") == 0


def test_the_web_announces_under_the_tenants_role(workspace_id: UUID) -> None:
    with session_scope() as session:
        add_endpoint(session, workspace_id, "one")
        job = add_job(session, workspace_id)

    with session_scope(workspace_id) as session:
        happen(session, [job], EventType.JOB_CANCELED)

    assert len(deliveries()) == 1
