"""Brand kits: colours, fonts, logos, tone and words of brands."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.campaigns import service
from shared.campaigns.design.brand_kits import read_kit
from shared.campaigns.document import kit_document
from shared.errors import InputRefused, NotFound, StateConflict
from web.api.schemas import brand_kits as schemas
from web.api.schemas.templates import Verdict
from web.auth import api_key, current_principal
from web.openapi import IDEMPOTENCY_KEY, accepts_headers
from web.transactions import transactional

blueprint = APIBlueprint("brand_kits", __name__, url_prefix="/api/v1/brand-kits", tag="Brand kits")


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.BrandKitList, description="The brand kits.")
def list_kits(session: Session) -> dict[str, Any]:
    """List brand kits

    The workspace's kits, by name.
    """
    return {"items": [kit_document(view) for view in service.list_kits(session, current_principal().workspace_id)]}


@blueprint.post("")
@api_key(Scope.WRITE)
@blueprint.input(schemas.NewBrandKit, arg_name="body")
@transactional
@blueprint.output(schemas.BrandKit, 201, description="The kit is kept.")
@blueprint.doc(
    responses={
        200: "There is this very kit under this name already.",
        409: "Another kit has this name, or there are as many as can be.",
    }
)
@accepts_headers(IDEMPOTENCY_KEY)
def add(body: schemas.NewBrandKit, session: Session) -> tuple[dict[str, Any], int]:
    """Keep a brand kit

    Every problem of it is named with its place. The same kit twice is one, with or without a key.
    """
    workspace_id = current_principal().workspace_id
    try:
        known = service.get_kit(session, workspace_id, body.name)
    except NotFound:
        return kit_document(service.save_kit(session, workspace_id, body.name, body.kit)), 201
    if known.kit != body.kit:
        raise StateConflict(f"There is another brand kit called {body.name!r}; PUT it to replace it.")
    return kit_document(known), 200


@blueprint.get("/<name>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.BrandKit, description="The kit.")
def get_kit(name: str, session: Session) -> dict[str, Any]:
    """Look at a brand kit

    As it is now.
    """
    return kit_document(service.get_kit(session, current_principal().workspace_id, name))


@blueprint.put("/<name>")
@api_key(Scope.WRITE)
@blueprint.input(schemas.KitContent, arg_name="body")
@transactional
@blueprint.output(schemas.BrandKit, description="The kit, as it is kept now.")
@blueprint.doc(responses={409: "There are as many kits as can be."})
def put(name: str, body: schemas.KitContent, session: Session) -> dict[str, Any]:
    """Replace a brand kit

    Or keep a new one under this name. Campaigns keep the kit that they were planned with.
    """
    return kit_document(service.save_kit(session, current_principal().workspace_id, name, body.kit))


@blueprint.delete("/<name>")
@api_key(Scope.WRITE)
@transactional
@blueprint.doc(responses={204: "It is gone."})
def remove(name: str, session: Session) -> Response:
    """Remove a brand kit

    Campaigns keep the kit that they were planned with.
    """
    service.remove_kit(session, current_principal().workspace_id, name)
    return Response(status=204)


@blueprint.post("/validate")
@api_key(Scope.WRITE)
@blueprint.input(schemas.KitContent, arg_name="body")
@blueprint.output(Verdict, description="Whether it could be kept.")
def validate(body: schemas.KitContent) -> dict[str, Any]:
    """Look through a brand kit

    Keeps nothing; answers 200 with every place that is wrong.
    """
    try:
        read_kit(body.kit, "kit")
    except InputRefused as refused:
        return {"valid": False, "errors": [{"path": each.path, "message": each.message} for each in refused.problems]}
    return {"valid": True, "errors": []}
