"""Announce events to whoever wants them, and look after endpoints. Nothing here commits or opens a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from sqlalchemy import func
from sqlalchemy.orm import Session

from shared.clock import iso
from shared.db import after_commit
from shared.errors import InputRefused, NotFound, StateConflict
from shared.events.models import Event
from shared.events.types import DELIVERABLE, TERMINAL_JOB_EVENTS, EventType
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.webhooks import repository
from shared.webhooks.address_policy import WebhookUrl
from shared.webhooks.models import EndpointState, WebhookDelivery, WebhookEndpoint
from shared.webhooks.repository import Announcement, Subscription
from shared.webhooks.signing import SigningSecret

SUBSCRIBABLE = DELIVERABLE - {EventType.WEBHOOK_TEST}
"""What an endpoint can ask for. A test goes to the endpoint that is tested, whatever it asked for."""
ROTATION_OVERLAP = timedelta(hours=24)
MAX_BODY_BYTES = 20_000
_LONGEST_KEPT_TEXT = 200


@dataclass(frozen=True, slots=True)
class JobWebhook:
    """Whom a job itself wants told, and of what; ``events`` left out: of its end."""

    job_id: UUID
    url: str | None
    events: Sequence[str] | None


def announce(session: Session, events: Sequence[Event], jobs: Sequence[JobWebhook] = ()) -> None:
    """Write the deliveries of flushed events, in the transaction that made them happen.

    ``jobs`` are those that the events are about. Two statements for any number of events. The bodies are frozen here;
    the sender's bell rings after the commit.
    """
    events = [event for event in events if event.type in SUBSCRIBABLE]
    if not events:
        return
    of_workspace = _endpoint_subscriptions(session, events)
    of_job = _job_subscriptions(events, jobs)
    announcements = []
    for event in events:
        subscriptions = {
            subscription.url: subscription
            for subscription in (*of_job.get(event.job_id, ()), *of_workspace.get(event.workspace_id, ()))
            if event.type in subscription.events
        }
        body = frozen_body(event) if subscriptions else ""
        announcements += [
            Announcement(event.workspace_id, event.id, subscription, body) for subscription in subscriptions.values()
        ]
    _post(session, announcements)


def frozen_body(event: Event) -> str:
    """What is sent and signed: compact JSON ``{"type", "timestamp", "data"}`` of fewer than 20,000 bytes.

    Of data that is longer only the short scalars stay, ids and states among them, marked ``truncated``.
    """
    body = _body(event, event.data)
    if len(body.encode()) < MAX_BODY_BYTES:
        return body
    return _body(event, {**dict(_short_scalars(event.data)), "truncated": True})


def create_endpoint(
    session: Session,
    workspace_id: UUID,
    url: WebhookUrl,
    events: Sequence[EventType] = (),
    description: str = "",
) -> WebhookEndpoint:
    """A new endpoint with a secret of its own, told of ``events`` (none named: all).

    ``url`` comes from ``address_policy.check_url``. Raises ``InputRefused`` for an event that is never sent
    and ``StateConflict`` when the workspace has an endpoint with this URL.
    """
    unknown = [event for event in events if event not in SUBSCRIBABLE]
    if unknown:
        raise InputRefused.of("events", f"Not an event that webhooks are sent for: {', '.join(unknown)}.")
    endpoint = repository.insert_endpoint(
        session, workspace_id, str(url), events, description, SigningSecret.generate().seal()
    )
    if endpoint is None:
        raise StateConflict("This workspace has an endpoint with this URL already.")
    return endpoint


def get_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """One endpoint, locked until the transaction ends. Raises ``NotFound``."""
    endpoint = repository.find_endpoint(session, workspace_id, endpoint_id)
    if endpoint is None:
        raise NotFound("There is no such webhook endpoint.")
    return endpoint


def list_endpoints(session: Session, workspace_id: UUID) -> Sequence[WebhookEndpoint]:
    """A workspace's endpoints, oldest first."""
    return repository.list_endpoints(session, workspace_id)


def endpoint_secret(session: Session, workspace_id: UUID, endpoint_id: UUID) -> str:
    """The secret that a receiver verifies with, as ``whsec_...``. Raises ``NotFound``."""
    return SigningSecret.unseal(get_endpoint(session, workspace_id, endpoint_id).secret).text()


def rotate_secret(session: Session, workspace_id: UUID, endpoint_id: UUID) -> str:
    """Give an endpoint a new secret and return it; for 24 hours the one before signs too."""
    endpoint = get_endpoint(session, workspace_id, endpoint_id)
    fresh = SigningSecret.generate()
    endpoint.previous_secret = endpoint.secret
    endpoint.previous_secret_until = func.now() + ROTATION_OVERLAP
    endpoint.secret = fresh.seal()
    session.flush()
    return fresh.text()


def disable_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """Stop telling an endpoint of events. What comes due for it from now on fails."""
    endpoint = get_endpoint(session, workspace_id, endpoint_id)
    endpoint.state = EndpointState.DISABLED
    session.flush()
    return endpoint


def enable_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> WebhookEndpoint:
    """Tell an endpoint of events again, with its failures forgotten."""
    endpoint = get_endpoint(session, workspace_id, endpoint_id)
    endpoint.state = EndpointState.ENABLED
    session.flush()
    repository.forget_failures(session, endpoint.id)
    return endpoint


def delete_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> None:
    """Remove an endpoint, its deliveries and their log. Raises ``NotFound``."""
    if not repository.delete_endpoint(session, workspace_id, endpoint_id):
        raise NotFound("There is no such webhook endpoint.")
    repository.forget_failures(session, endpoint_id)


def send_test_event(session: Session, workspace_id: UUID, endpoint_id: UUID) -> Event:
    """Send an endpoint a ``webhook.test`` event. Raises ``NotFound``, or ``StateConflict`` when disabled."""
    endpoint = get_endpoint(session, workspace_id, endpoint_id)
    _require_enabled(endpoint)
    event = Event(
        workspace_id=workspace_id, type=EventType.WEBHOOK_TEST, data={"webhook_endpoint_id": str(endpoint.id)}
    )
    session.add(event)
    session.flush()
    _post(session, [Announcement(workspace_id, event.id, _subscription(endpoint), frozen_body(event))])
    return event


def replay(session: Session, workspace_id: UUID, delivery_id: UUID) -> WebhookDelivery:
    """Send a delivery again from the start of its schedule, under the same ``webhook-id``.

    Raises ``NotFound``, or ``StateConflict`` when it is being sent or its endpoint is disabled.
    """
    delivery = repository.find_delivery(session, workspace_id, delivery_id)
    if delivery is None:
        raise NotFound("There is no such webhook delivery.")
    if delivery.endpoint_id is not None:
        _require_enabled(get_endpoint(session, workspace_id, delivery.endpoint_id))
    restarted = repository.restart_delivery(session, workspace_id, delivery_id)
    if restarted is None:
        raise StateConflict("This delivery is being sent right now.")
    _ring_after_commit(session)
    return restarted


def _post(session: Session, announcements: Sequence[Announcement]) -> None:
    if announcements:
        repository.insert_deliveries(session, announcements)
        _ring_after_commit(session)


def _ring_after_commit(session: Session) -> None:
    after_commit(session, partial(ring, QueueName.DELIVERY))


def _require_enabled(endpoint: WebhookEndpoint) -> None:
    if endpoint.state is not EndpointState.ENABLED:
        raise StateConflict("This webhook endpoint is disabled.")


def _subscription(endpoint: WebhookEndpoint) -> Subscription:
    return Subscription(endpoint.id, endpoint.id, endpoint.url, frozenset(endpoint.events) or SUBSCRIBABLE)


def _endpoint_subscriptions(session: Session, events: Sequence[Event]) -> Mapping[UUID, Sequence[Subscription]]:
    found: dict[UUID, list[Subscription]] = {}
    for endpoint in repository.enabled_endpoints(session, {event.workspace_id for event in events}):
        found.setdefault(endpoint.workspace_id, []).append(_subscription(endpoint))
    return found


def _job_subscriptions(
    events: Sequence[Event], jobs: Sequence[JobWebhook]
) -> Mapping[UUID | None, Sequence[Subscription]]:
    workspace_of = {event.job_id: event.workspace_id for event in events}
    found: dict[UUID | None, Sequence[Subscription]] = {}
    for job in jobs:
        if job.url is None or job.job_id not in workspace_of:
            continue
        # Jobs of one workspace may name a path each; what fails or is flooded is the server behind them.
        server = "{0.scheme}://{0.netloc}".format(urlsplit(job.url)).lower()
        wanted = TERMINAL_JOB_EVENTS if job.events is None else frozenset(job.events)
        found[job.job_id] = (Subscription(uuid5(workspace_of[job.job_id], server), None, job.url, wanted),)
    return found


def _body(event: Event, data: Mapping[str, Any]) -> str:
    content = {"type": event.type.value, "timestamp": iso(event.created_at), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _short_scalars(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _LONGEST_KEPT_TEXT):
            yield name, value
