"""Webhook endpoints and deliveries as the API writes them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from web.api.schemas.fields import Document, Identifier, PageQuery, Timestamp

EventName = Literal[
    "job.started",
    "job.succeeded",
    "job.failed",
    "job.canceled",
    "batch.completed",
    "batch.failed",
    "campaign.completed",
]
DeliveryStateName = Literal["pending", "sending", "succeeded", "failed"]
_SECRET = Field(description="What a receiver verifies with: `whsec_` and base64.", examples=["whsec_C2FtcGxl..."])


class EndpointRequest(BaseModel):
    """An address to tell of events."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(min_length=1, max_length=2000, examples=["https://example.com/hooks/bottega"])
    events: list[EventName] = Field(default_factory=list, max_length=10, description="Left out: all of them.")
    description: str = Field(default="", max_length=500)


class Endpoint(Document):
    """An address that is told of events."""

    id: Identifier
    url: str
    description: str
    state: Literal["enabled", "disabled"] = Field(
        description="`disabled` by its owner, or because it answered 410 Gone."
    )
    events: list[EventName] = Field(description="Empty: all of them.")
    created_at: Timestamp


class NewEndpoint(Endpoint):
    """An endpoint just made, and its secret."""

    secret: str = _SECRET


class EndpointList(Document):
    """The workspace's endpoints, oldest first."""

    items: list[Endpoint]


class Secret(Document):
    """A secret that webhooks are signed with."""

    secret: str = _SECRET


class TestEvent(Document):
    """A test that is on its way."""

    event_id: Identifier = Field(description="The `webhook-id` it will carry.")


class Attempt(Document):
    """One HTTP request of a delivery, and what came back."""

    started_at: Timestamp
    milliseconds: int
    address: str | None = Field(description="The IP address that was called.")
    status: int | None = Field(description="HTTP status; nothing when none came.")
    error: str | None
    response: str = Field(description="The first 2 kB of the answer.")


class DeliverySummary(Document):
    """One event on its way to one address."""

    id: Identifier
    event_id: Identifier = Field(description="The `webhook-id`, the same at every attempt.")
    event_type: EventName | Literal["webhook.test"]
    endpoint_id: Identifier | None = Field(description="Nothing for a URL that one job named.")
    url: str
    state: DeliveryStateName
    attempts: int
    next_attempt_at: Timestamp | None
    created_at: Timestamp
    finished_at: Timestamp | None


class Delivery(DeliverySummary):
    """A delivery with its body and its log."""

    body: str = Field(description="What is sent, byte for byte.")
    log: list[Attempt] = Field(description="What was tried, oldest first; kept for 30 days.")


class DeliveryPage(Document):
    """A page of deliveries, newest first."""

    items: list[DeliverySummary]
    next_cursor: Identifier | None


class DeliveryQuery(PageQuery):
    """Which deliveries to list."""

    endpoint_id: UUID | None = Field(default=None, description="Only deliveries to this endpoint.")
    state: DeliveryStateName | None = Field(default=None, description="Only deliveries in this state.")
    event_id: UUID | None = Field(default=None, description="Only deliveries of this event.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")
