"""Queries about endpoints, deliveries and attempts. Those that a caller's ids reach name its workspace."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.events.types import EventType
from shared.identifiers import new_id
from shared.webhooks.models import (
    DeliveryState,
    EndpointState,
    WebhookAttempt,
    WebhookBreaker,
    WebhookDelivery,
    WebhookEndpoint,
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """An address and the events it wants."""

    receiver_id: UUID
    endpoint_id: UUID | None
    url: str
    events: frozenset[str]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A delivery about to be written."""

    workspace_id: UUID
    event_id: UUID
    subscription: Subscription
    body: str


@dataclass(frozen=True, slots=True)
class SentAttempt:
    """One attempt to tell an address of an event."""

    delivery_id: UUID
    event_id: UUID
    url: str
    started_at: datetime
    milliseconds: int
    status: int | None
    error: str | None


def enabled_endpoints(session: Session, workspace_ids: Collection[UUID]) -> Sequence[WebhookEndpoint]:
    """The endpoints of some workspaces that are told of events, oldest first.

    They cannot be deleted until the transaction ends: a delivery written for one must not miss it.
    """
    return session.scalars(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.workspace_id.in_(workspace_ids), WebhookEndpoint.state == EndpointState.ENABLED)
        .order_by(WebhookEndpoint.id)
        .with_for_update(read=True, key_share=True)
    ).all()


def insert_deliveries(session: Session, announcements: Sequence[Announcement]) -> None:
    """Write deliveries that are due at once, in one statement."""
    session.execute(
        # What it returns makes it one statement, not one a row.
        insert(WebhookDelivery).values(next_attempt_at=func.now()).returning(WebhookDelivery.id),
        [
            {
                "id": new_id(),
                "workspace_id": announcement.workspace_id,
                "event_id": announcement.event_id,
                "endpoint_id": announcement.subscription.endpoint_id,
                "receiver_id": announcement.subscription.receiver_id,
                "url": announcement.subscription.url,
                "body": announcement.body,
            }
            for announcement in announcements
        ],
        # Rows with and without an endpoint make one statement.
        execution_options={"render_nulls": True},
    )


def insert_endpoint(
    session: Session,
    workspace_id: UUID,
    url: str,
    events: Sequence[EventType],
    description: str,
    secret: bytes,
) -> WebhookEndpoint | None:
    """A new endpoint, or ``None`` when the workspace has one with this URL."""
    return session.scalars(
        upsert(WebhookEndpoint)
        .values(workspace_id=workspace_id, url=url, events=list(events), description=description, secret=secret)
        .on_conflict_do_nothing()
        .returning(WebhookEndpoint)
    ).one_or_none()


def find_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> WebhookEndpoint | None:
    """One endpoint, locked until the transaction ends."""
    return session.scalars(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.workspace_id == workspace_id)
        .with_for_update(key_share=True)
    ).one_or_none()


def list_endpoints(session: Session, workspace_id: UUID) -> Sequence[WebhookEndpoint]:
    """A workspace's endpoints, oldest first."""
    return session.scalars(
        select(WebhookEndpoint).where(WebhookEndpoint.workspace_id == workspace_id).order_by(WebhookEndpoint.id)
    ).all()


def delete_endpoint(session: Session, workspace_id: UUID, endpoint_id: UUID) -> bool:
    """Remove an endpoint with its deliveries; returns whether there was one."""
    removed = session.scalars(
        delete(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.workspace_id == workspace_id)
        .returning(WebhookEndpoint.id)
    ).one_or_none()
    return removed is not None


def forget_failures(session: Session, receiver_id: UUID) -> None:
    """Close a receiver's circuit breaker."""
    session.execute(delete(WebhookBreaker).where(WebhookBreaker.receiver_id == receiver_id))


def find_delivery(session: Session, workspace_id: UUID, delivery_id: UUID) -> WebhookDelivery | None:
    """One delivery."""
    return session.scalars(
        select(WebhookDelivery).where(WebhookDelivery.id == delivery_id, WebhookDelivery.workspace_id == workspace_id)
    ).one_or_none()


def list_deliveries(
    session: Session,
    workspace_id: UUID,
    limit: int,
    before: UUID | None = None,
    endpoint_id: UUID | None = None,
    state: DeliveryState | None = None,
    event_id: UUID | None = None,
) -> Sequence[WebhookDelivery]:
    """A workspace's deliveries, newest first: those made before one, of one endpoint, state or event, if given."""
    query = select(WebhookDelivery).where(WebhookDelivery.workspace_id == workspace_id)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    if endpoint_id is not None:
        query = query.where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if event_id is not None:
        query = query.where(WebhookDelivery.event_id == event_id)
    return session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def list_attempts(session: Session, workspace_id: UUID, delivery_id: UUID) -> Sequence[WebhookAttempt]:
    """What was tried for a delivery, oldest first."""
    return session.scalars(
        select(WebhookAttempt)
        .where(WebhookAttempt.workspace_id == workspace_id, WebhookAttempt.delivery_id == delivery_id)
        .order_by(WebhookAttempt.started_at)
    ).all()


def attempts_of_events(
    session: Session, workspace_id: UUID, event_ids: Collection[UUID], limit: int
) -> list[SentAttempt]:
    """What was tried to tell anybody of some events, oldest first."""
    rows = session.execute(
        select(
            WebhookDelivery.id,
            WebhookDelivery.event_id,
            WebhookDelivery.url,
            WebhookAttempt.started_at,
            WebhookAttempt.milliseconds,
            WebhookAttempt.status,
            WebhookAttempt.error,
        )
        .join(WebhookAttempt, WebhookAttempt.delivery_id == WebhookDelivery.id)
        .where(WebhookDelivery.workspace_id == workspace_id, WebhookDelivery.event_id.in_(event_ids))
        .order_by(WebhookAttempt.started_at)
        .limit(limit)
    )
    return [SentAttempt(*row) for row in rows]


def restart_delivery(session: Session, workspace_id: UUID, delivery_id: UUID) -> WebhookDelivery | None:
    """Begin a delivery's schedule anew, unless it is being sent right now."""
    return session.scalars(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id == delivery_id,
            WebhookDelivery.workspace_id == workspace_id,
            WebhookDelivery.state != DeliveryState.SENDING,
        )
        .values(state=DeliveryState.PENDING, attempts=literal(0), next_attempt_at=func.now(), finished_at=None)
        .returning(WebhookDelivery),
        execution_options={"populate_existing": True},
    ).one_or_none()
