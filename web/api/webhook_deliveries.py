"""Webhook deliveries: what was sent where, and how it went."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.clock import iso
from shared.errors import NotFound
from shared.webhooks import repository, service
from shared.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery
from web.api.schemas import webhooks as schemas
from web.auth import api_key, current_principal
from web.transactions import transactional

blueprint = APIBlueprint("webhook_deliveries", __name__, url_prefix="/api/v1/webhook-deliveries", tag="Webhooks")


@blueprint.get("")
@api_key(Scope.READ)
@blueprint.input(schemas.DeliveryQuery, location="query", arg_name="query")
@transactional
@blueprint.output(schemas.DeliveryPage, description="A page of deliveries, newest first.")
def list_deliveries(query: schemas.DeliveryQuery, session: Session) -> dict[str, Any]:
    """List deliveries

    Newest first, a page at a time.
    """
    found = repository.list_deliveries(
        session,
        current_principal().workspace_id,
        query.limit + 1,
        before=query.cursor,
        endpoint_id=query.endpoint_id,
        state=DeliveryState(query.state) if query.state else None,
        event_id=query.event_id,
    )
    page = found[: query.limit]
    return {
        "items": [_summary(delivery) for delivery in page],
        "next_cursor": str(page[-1].id) if len(found) > query.limit else None,
    }


@blueprint.get("/<uuid:delivery_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Delivery, description="The delivery.")
def get_delivery(delivery_id: UUID, session: Session) -> dict[str, Any]:
    """Look at a delivery

    Its body, and every attempt with what came back.
    """
    workspace_id = current_principal().workspace_id
    delivery = repository.find_delivery(session, workspace_id, delivery_id)
    if delivery is None:
        raise NotFound("There is no such webhook delivery.")
    attempts = repository.list_attempts(session, workspace_id, delivery_id)
    return {**_summary(delivery), "body": delivery.body, "log": [_attempt(attempt) for attempt in attempts]}


@blueprint.post("/<uuid:delivery_id>/replay")
@api_key(Scope.WRITE)
@transactional
@blueprint.output(schemas.DeliverySummary, 202, description="It is on its way again.")
@blueprint.doc(responses={409: "It is being sent right now, or its endpoint is disabled."})
def replay(delivery_id: UUID, session: Session) -> dict[str, Any]:
    """Send a delivery again

    From the start of its schedule, with the same body and `webhook-id`.
    """
    return _summary(service.replay(session, current_principal().workspace_id, delivery_id))


def _summary(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": str(delivery.id),
        "event_id": str(delivery.event_id),
        "event_type": json.loads(delivery.body)["type"],
        "endpoint_id": str(delivery.endpoint_id) if delivery.endpoint_id else None,
        "url": delivery.url,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "next_attempt_at": iso(delivery.next_attempt_at),
        "created_at": iso(delivery.created_at),
        "finished_at": iso(delivery.finished_at),
    }


def _attempt(attempt: WebhookAttempt) -> dict[str, Any]:
    return {
        "started_at": iso(attempt.started_at),
        "milliseconds": attempt.milliseconds,
        "address": attempt.address,
        "status": attempt.status,
        "error": attempt.error,
        "response": attempt.response,
    }
