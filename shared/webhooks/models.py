"""Who is told of events, and how each telling went."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.accounts.models import Workspace
from shared.db import Base, text_enum
from shared.events.models import Event
from shared.identifiers import new_id


class EndpointState(StrEnum):
    """Whether an endpoint is told of events."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    """By its owner, or because it answered 410 Gone."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    """Waits for its next attempt."""
    SENDING = "sending"
    """A worker holds its lease."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """The schedule is used up, or the endpoint is gone."""


class WebhookEndpoint(Base):
    """An address of a workspace that events are sent to."""

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        # One event goes to one address once.
        UniqueConstraint("workspace_id", "url"),
        CheckConstraint(
            "(previous_secret IS NULL) = (previous_secret_until IS NULL)",
            name="previous_secret_has_its_end",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey(Workspace.id, ondelete="CASCADE"), index=True)
    url: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    state: Mapped[EndpointState] = mapped_column(text_enum(EndpointState, "state"), default=EndpointState.ENABLED)
    events: Mapped[list[str]]
    """Event types it wants; empty means all."""
    secret: Mapped[bytes]
    """Encrypted."""
    previous_secret: Mapped[bytes | None]
    previous_secret_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookDelivery(Base):
    """One event on its way to one address. The body is frozen when the event happens."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("event_id", "url"),
        CheckConstraint(
            "(state = 'pending') = (next_attempt_at IS NOT NULL)",
            name="pending_has_a_next_attempt",
        ),
        CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL)",
            name="sending_has_a_lease",
        ),
        CheckConstraint(
            "(state IN ('succeeded', 'failed')) = (finished_at IS NOT NULL)",
            name="finished_has_its_time",
        ),
        CheckConstraint("state <> 'sending' OR fence IS NOT NULL", name="sending_has_a_fence"),
        # A claim's skip scan over receivers, then the most overdue deliveries of each.
        Index(
            "ix_webhook_deliveries_due",
            "receiver_id",
            "next_attempt_at",
            postgresql_where=text("state = 'pending'"),
        ),
        # How many a receiver has in flight.
        Index(
            "ix_webhook_deliveries_in_flight",
            "receiver_id",
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_webhook_deliveries_lease",
            "lease_until",
            postgresql_where=text("state = 'sending'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey(Workspace.id, ondelete="CASCADE"), index=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"))
    endpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey(WebhookEndpoint.id, ondelete="CASCADE"), index=True)
    """Empty for a URL that one job named; the workspace's secret signs those."""
    receiver_id: Mapped[UUID]
    """What shares a breaker and a limit of requests in flight: the endpoint, or the origin of a job's URL."""
    url: Mapped[str]
    body: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(text_enum(DeliveryState, "state"), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """Attempts begun since it was announced or replayed."""
    next_attempt_at: Mapped[datetime | None]
    fence: Mapped[int | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class WebhookAttempt(Base):
    """One HTTP request of a delivery, and what came back."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        Index("ix_webhook_attempts_delivery_id_started_at", "delivery_id", "started_at"),
        Index("ix_webhook_attempts_started_at", "started_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey(Workspace.id, ondelete="CASCADE"), index=True)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey(WebhookDelivery.id, ondelete="CASCADE"))
    started_at: Mapped[datetime]
    milliseconds: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None]
    """The IP address that was called."""
    status: Mapped[int | None] = mapped_column(Integer)
    """HTTP status; empty when none came."""
    error: Mapped[str | None]
    response: Mapped[str] = mapped_column(default="")
    """The first 2 KB of the answer's body."""


class WebhookBreaker(Base):
    """The circuit breaker of a receiver that failed lately. A receiver that answers well has no row.

    Receivers are endpoints and origins of job URLs alike, so the state has a table of its own.
    """

    __tablename__ = "webhook_breakers"
    __table_args__ = (CheckConstraint("consecutive_failures > 0", name="has_failed"),)

    receiver_id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey(Workspace.id, ondelete="CASCADE"), index=True)
    consecutive_failures: Mapped[int] = mapped_column(Integer)
    """Not counting those that end while it is open."""
    open_until: Mapped[datetime | None]
    """Nothing is sent before; then one probe at a time, until one succeeds. Empty while it is closed."""
