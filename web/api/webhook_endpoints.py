"""Webhook endpoints: addresses of a workspace that are told of its events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.clock import iso
from shared.errors import AddressRefused, InputRefused
from shared.events.types import EventType
from shared.webhooks import service
from shared.webhooks.address_policy import WebhookUrl, check_url
from shared.webhooks.models import WebhookEndpoint
from web.api.schemas import webhooks as schemas
from web.auth import api_key, current_principal
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("webhook_endpoints", __name__, url_prefix="/api/v1/webhook-endpoints", tag="Webhooks")


@blueprint.post("")
@api_key(Scope.ADMIN)
@blueprint.input(schemas.EndpointRequest, arg_name="body")
@blueprint.output(schemas.NewEndpoint, 201, description="The endpoint and its secret, shown now only.")
@blueprint.doc(responses={409: "The workspace has an endpoint with this URL already."})
def create(body: schemas.EndpointRequest) -> dict[str, Any]:
    """Add an endpoint

    It is told of the events it names, signed with a secret of its own. The address must be one of the public
    Internet.
    """
    url = _checked(body.url)
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        events = [EventType(event) for event in body.events]
        endpoint = service.create_endpoint(session, workspace_id, url, events, body.description)
        secret = service.endpoint_secret(session, workspace_id, endpoint.id)
        return {**_document(endpoint), "secret": secret}


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.EndpointList, description="The endpoints, oldest first.")
def list_endpoints(session: Session) -> dict[str, Any]:
    """List endpoints

    Every endpoint of the workspace, oldest first.
    """
    endpoints = service.list_endpoints(session, current_principal().workspace_id)
    return {"items": [_document(endpoint) for endpoint in endpoints]}


@blueprint.get("/<uuid:endpoint_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Endpoint, description="The endpoint.")
def get_endpoint(endpoint_id: UUID, session: Session) -> dict[str, Any]:
    """Look at an endpoint

    Without its secret.
    """
    return _document(service.get_endpoint(session, current_principal().workspace_id, endpoint_id))


@blueprint.delete("/<uuid:endpoint_id>")
@api_key(Scope.ADMIN)
@transactional
@blueprint.doc(responses={204: "It is gone."})
def delete(endpoint_id: UUID, session: Session) -> Response:
    """Remove an endpoint

    With its deliveries and their log.
    """
    service.delete_endpoint(session, current_principal().workspace_id, endpoint_id)
    return Response(status=204)


@blueprint.post("/<uuid:endpoint_id>/enable")
@api_key(Scope.ADMIN)
@transactional
@blueprint.output(schemas.Endpoint, description="The endpoint, enabled.")
def enable(endpoint_id: UUID, session: Session) -> dict[str, Any]:
    """Enable an endpoint

    It is told of events again, and its failures are forgotten.
    """
    return _document(service.enable_endpoint(session, current_principal().workspace_id, endpoint_id))


@blueprint.post("/<uuid:endpoint_id>/disable")
@api_key(Scope.ADMIN)
@transactional
@blueprint.output(schemas.Endpoint, description="The endpoint, disabled.")
def disable(endpoint_id: UUID, session: Session) -> dict[str, Any]:
    """Disable an endpoint

    It is told of nothing until it is enabled again.
    """
    return _document(service.disable_endpoint(session, current_principal().workspace_id, endpoint_id))


@blueprint.post("/<uuid:endpoint_id>/test")
@api_key(Scope.WRITE)
@transactional
@blueprint.output(schemas.TestEvent, 202, description="The test is on its way.")
@blueprint.doc(responses={409: "The endpoint is disabled."})
def test(endpoint_id: UUID, session: Session) -> dict[str, Any]:
    """Send a test

    A `webhook.test` event, signed as any other, to this endpoint only.
    """
    event = service.send_test_event(session, current_principal().workspace_id, endpoint_id)
    return {"event_id": str(event.id)}


@blueprint.post("/<uuid:endpoint_id>/rotate")
@api_key(Scope.ADMIN)
@transactional
@blueprint.output(schemas.Secret, description="The new secret, shown now only.")
def rotate(endpoint_id: UUID, session: Session) -> dict[str, Any]:
    """Rotate an endpoint's secret

    For 24 hours both the new secret and the one before sign every delivery.
    """
    return {"secret": service.rotate_secret(session, current_principal().workspace_id, endpoint_id)}


def _checked(url: str) -> WebhookUrl:
    try:
        return check_url(url)
    except AddressRefused as error:
        raise InputRefused.of("url", error.message) from error


def _document(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": str(endpoint.id),
        "url": endpoint.url,
        "description": endpoint.description,
        "state": endpoint.state.value,
        "events": endpoint.events,
        "created_at": iso(endpoint.created_at),
    }
