"""Copies of results to a bucket of the caller's own. The same routes for batches and campaigns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import exports
from shared.batches.document import export_document
from shared.batches.exports import ExportRequest
from shared.batches.states import BatchKind
from shared.errors import NotFound
from web.api.batch_examples import EXPORT_REQUEST
from web.api.batch_pages import batch_of
from web.api.schemas import batches as schemas
from web.auth import api_key, current_principal
from web.openapi import IDEMPOTENCY_KEY, accepts_headers
from web.rate_limits import limited_submissions
from web.transactions import transactional


def add_to(blueprint: APIBlueprint, kind: BatchKind | None) -> None:
    """Add the routes; of a kind, others are not found below them."""
    noun = "campaign" if kind is BatchKind.CAMPAIGN else "batch"
    _add_create(blueprint, kind, noun)
    _add_list(blueprint, kind, noun)
    _add_get(blueprint, kind, noun)


def _add_create(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.post("/<uuid:batch_id>/exports", endpoint="export")
    @api_key(Scope.WRITE)
    @limited_submissions
    @blueprint.input(ExportRequest, arg_name="body", example=EXPORT_REQUEST)
    @transactional
    @blueprint.output(schemas.Export, 202, description="The copy is ordered.")
    @blueprint.doc(
        summary=f"Copy a {noun}'s results to a bucket of your own",
        responses={409: "It has not ended.", 429: "Too many submissions."},
    )
    @accepts_headers(IDEMPOTENCY_KEY)
    def view(batch_id: UUID, body: ExportRequest, session: Session) -> tuple[dict[str, Any], int, dict[str, str]]:
        """Copy results

        Every file there is, to a bucket of any S3-compatible store at a public https address, under names by a pattern.
        The credentials are kept encrypted until it has ended. A copy that was interrupted goes on where it was.
        """
        batch_of(session, batch_id, kind)
        key = request.headers.get("Idempotency-Key") or None
        document = export_document(
            exports.create_export(session, current_principal().workspace_id, batch_id, body, key)
        )
        return document, 202, {"Location": document["urls"]["self"]}


def _add_list(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.get("/<uuid:batch_id>/exports", endpoint="exports")
    @api_key(Scope.READ)
    @transactional
    @blueprint.output(schemas.ExportList, description="The copies, newest first.")
    @blueprint.doc(summary=f"List the copies of a {noun}'s results")
    def view(batch_id: UUID, session: Session) -> dict[str, Any]:
        """List copies

        The latest 100, newest first.
        """
        batch_of(session, batch_id, kind)
        found = exports.list_exports(session, current_principal().workspace_id, batch_id)
        return {"items": [export_document(export) for export in found]}


def _add_get(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.get("/<uuid:batch_id>/exports/<uuid:export_id>", endpoint="get_export")
    @api_key(Scope.READ)
    @transactional
    @blueprint.output(schemas.Export, description="The copy.")
    @blueprint.doc(summary=f"Look at a copy of a {noun}'s results")
    def view(batch_id: UUID, export_id: UUID, session: Session) -> dict[str, Any]:
        """Look at a copy

        How far it is, and why it failed, if it did.
        """
        batch_of(session, batch_id, kind)
        export = exports.get_export(session, current_principal().workspace_id, export_id)
        if export.batch_id != batch_id:
            raise NotFound("There is no such export of this batch.")
        return export_document(export)
