"""A workspace's webhook endpoints and deliveries, as the client sees them: ``client.webhooks``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.client.documents import Document
from shared.client.transport import Transport

_ENDPOINTS = "/api/v1/webhook-endpoints"
_DELIVERIES = "/api/v1/webhook-deliveries"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that is told of events. ``secret`` is in the answer to ``add_endpoint`` only."""

    id: str
    url: str
    description: str
    state: str
    events: tuple[str, ...]
    """Empty: all of them."""
    secret: str | None
    created_at: datetime
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Endpoint:
        """The endpoint that ``document`` describes."""
        return cls(
            id=document["id"],
            url=document["url"],
            description=document["description"],
            state=document["state"],
            events=tuple(document["events"]),
            secret=document.get("secret"),
            created_at=datetime.fromisoformat(document["created_at"]),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one address. ``body`` and ``log`` are in the answer to ``delivery`` only."""

    id: str
    event_id: str
    event_type: str
    endpoint_id: str | None
    url: str
    state: str
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    body: str | None
    log: tuple[Mapping[str, Any], ...]
    """What was tried, oldest first: ``started_at``, ``status``, ``milliseconds``, ``error`` and more."""
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Delivery:
        """The delivery that ``document`` describes."""
        next_attempt_at = document["next_attempt_at"]
        return cls(
            id=document["id"],
            event_id=document["event_id"],
            event_type=document["event_type"],
            endpoint_id=document["endpoint_id"],
            url=document["url"],
            state=document["state"],
            attempts=document["attempts"],
            next_attempt_at=datetime.fromisoformat(next_attempt_at) if next_attempt_at else None,
            created_at=datetime.fromisoformat(document["created_at"]),
            body=document.get("body"),
            log=tuple(document.get("log", ())),
            document=document,
        )


class Webhooks:
    """The webhooks of the client's workspace. Raises what the client's own methods raise."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def endpoints(self) -> list[Endpoint]:
        """Every endpoint, oldest first."""
        return [Endpoint.from_json(entry) for entry in self._transport.get(_ENDPOINTS)["items"]]

    def endpoint(self, endpoint_id: str) -> Endpoint:
        """One endpoint."""
        return Endpoint.from_json(self._transport.get(f"{_ENDPOINTS}/{endpoint_id}"))

    def add_endpoint(self, url: str, events: Sequence[str] = (), description: str = "") -> Endpoint:
        """A new endpoint, with its secret. Sent once: a second try could not be told the secret of the first."""
        body = {"url": url, "events": list(events), "description": description}
        return Endpoint.from_json(self._transport.post_once(_ENDPOINTS, body))

    def enable_endpoint(self, endpoint_id: str) -> Endpoint:
        """Tell an endpoint of events again; its failures are forgotten."""
        return Endpoint.from_json(self._transport.post(f"{_ENDPOINTS}/{endpoint_id}/enable"))

    def disable_endpoint(self, endpoint_id: str) -> Endpoint:
        """Tell an endpoint of nothing until it is enabled."""
        return Endpoint.from_json(self._transport.post(f"{_ENDPOINTS}/{endpoint_id}/disable"))

    def delete_endpoint(self, endpoint_id: str) -> None:
        """Remove an endpoint, its deliveries and their log."""
        self._transport.delete(f"{_ENDPOINTS}/{endpoint_id}")

    def rotate_secret(self, endpoint_id: str) -> str:
        """A new secret for an endpoint. Sent once: a second rotation would end the overlap with the old secret."""
        return str(self._transport.post_once(f"{_ENDPOINTS}/{endpoint_id}/rotate")["secret"])

    def test_endpoint(self, endpoint_id: str) -> str:
        """Send an endpoint a ``webhook.test`` event; returns the ``webhook-id`` it carries."""
        return str(self._transport.post(f"{_ENDPOINTS}/{endpoint_id}/test")["event_id"])

    def deliveries(
        self,
        *,
        endpoint_id: str | None = None,
        state: str | None = None,
        event_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Delivery]:
        """Deliveries, newest first, ``limit`` at most; pages are fetched as they are needed."""
        wanted = {"endpoint_id": endpoint_id, "state": state, "event_id": event_id}
        filters: dict[str, str | int] = {name: value for name, value in wanted.items() if value is not None}
        left, cursor = limit, None
        while left is None or left > 0:
            params = {**filters, "limit": _PAGE if left is None else min(left, _PAGE)}
            page = self._transport.get(_DELIVERIES, params if cursor is None else {**params, "cursor": cursor})
            yield from map(Delivery.from_json, page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return
            left = None if left is None else left - len(page["items"])

    def delivery(self, delivery_id: str) -> Delivery:
        """One delivery, with its body and every attempt."""
        return Delivery.from_json(self._transport.get(f"{_DELIVERIES}/{delivery_id}"))

    def replay(self, delivery_id: str) -> Delivery:
        """Send a delivery again from the start of its schedule, under the same ``webhook-id``."""
        return Delivery.from_json(self._transport.post(f"{_DELIVERIES}/{delivery_id}/replay"))
