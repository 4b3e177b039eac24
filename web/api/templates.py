"""Templates: layouts of creatives, those that ship and a workspace's own."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.campaigns import service
from shared.campaigns.design.layout import read_layout
from shared.campaigns.document import template_document
from shared.errors import InputRefused, NotFound, StateConflict
from web.api.schemas import templates as schemas
from web.auth import api_key, current_principal
from web.openapi import IDEMPOTENCY_KEY, accepts_headers
from web.transactions import transactional

blueprint = APIBlueprint("templates", __name__, url_prefix="/api/v1/templates", tag="Templates")


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.TemplateList, description="The templates, without their layouts.")
def list_templates(session: Session) -> dict[str, Any]:
    """List templates

    Those that ship with the project, `starter/...`, and the workspace's own, each with the fields that it shows.
    """
    found = service.list_templates(session, current_principal().workspace_id)
    return {"items": [template_document(view, with_layout=False) for view in found]}


@blueprint.post("")
@api_key(Scope.WRITE)
@blueprint.input(schemas.NewTemplate, arg_name="body")
@transactional
@blueprint.output(schemas.Template, 201, description="The template is kept.")
@blueprint.doc(
    responses={
        200: "There is this very template under this name already.",
        409: "Another template has this name, or there are as many as can be.",
    }
)
@accepts_headers(IDEMPOTENCY_KEY)
def add(body: schemas.NewTemplate, session: Session) -> tuple[dict[str, Any], int]:
    """Keep a template

    Every problem of its layout is named with its place. The same template twice is one, with or without a key.
    """
    workspace_id = current_principal().workspace_id
    try:
        known = service.get_template(session, workspace_id, body.name)
    except NotFound:
        return template_document(service.save_template(session, workspace_id, body.name, body.layout)), 201
    if known.layout != body.layout:
        raise StateConflict(f"There is another template called {body.name!r}; PUT it to replace it.")
    return template_document(known), 200


@blueprint.get("/<name>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Template, description="The template.")
def get_template(name: str, session: Session) -> dict[str, Any]:
    """Look at a template

    With its layout, as it is now.
    """
    return template_document(service.get_template(session, current_principal().workspace_id, name))


@blueprint.get("/starter/<name>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Template, description="The template.")
def get_starter(name: str, session: Session) -> dict[str, Any]:
    """Look at a template that ships

    With its layout, to use or to start from.
    """
    return template_document(service.get_template(session, current_principal().workspace_id, f"starter/{name}"))


@blueprint.put("/<name>")
@api_key(Scope.WRITE)
@blueprint.input(schemas.TemplateLayout, arg_name="body")
@transactional
@blueprint.output(schemas.Template, description="The template, as it is kept now.")
@blueprint.doc(responses={409: "There are as many templates as can be."})
def put(name: str, body: schemas.TemplateLayout, session: Session) -> dict[str, Any]:
    """Replace a template

    Or keep a new one under this name. Campaigns keep the layout that they were planned with.
    """
    return template_document(service.save_template(session, current_principal().workspace_id, name, body.layout))


@blueprint.delete("/<name>")
@api_key(Scope.WRITE)
@transactional
@blueprint.doc(responses={204: "It is gone."})
def remove(name: str, session: Session) -> Response:
    """Remove a template

    Campaigns keep the layout that they were planned with.
    """
    service.remove_template(session, current_principal().workspace_id, name)
    return Response(status=204)


@blueprint.post("/validate")
@api_key(Scope.WRITE)
@blueprint.input(schemas.TemplateLayout, arg_name="body")
@blueprint.output(schemas.Verdict, description="Whether it could be kept.")
def validate(body: schemas.TemplateLayout) -> dict[str, Any]:
    """Look through a layout

    Keeps nothing; answers 200 with every place that is wrong.
    """
    try:
        read_layout(body.layout, "layout")
    except InputRefused as refused:
        return {"valid": False, "errors": [{"path": each.path, "message": each.message} for each in refused.problems]}
    return {"valid": True, "errors": []}
