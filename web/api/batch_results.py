"""What a batch has made: as a ZIP, and as a list of its items. The same routes for batches and campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from shared.accounts.service import Scope
from shared.batches import results
from shared.batches.archive import zip_results
from shared.batches.states import BatchKind
from shared.storage.base import safe_file_name
from web.api import batch_exports
from web.api.batch_pages import batch_of
from web.api.schemas import batches as schemas
from web.auth import api_key, current_principal
from web.content import object_store
from web.headers import USER_FILE_POLICY
from web.transactions import tenant_session

_CSV = "text/csv; charset=utf-8"
_JSONL = "application/jsonl"
_ZIP = "application/zip"


def add_to(blueprint: APIBlueprint, kind: BatchKind | None) -> None:
    """Add the routes; of a kind, others are not found below them."""
    noun = "campaign" if kind is BatchKind.CAMPAIGN else "batch"
    _add_zip(blueprint, kind, noun)
    _add_manifest(blueprint, kind, noun, "csv")
    _add_manifest(blueprint, kind, noun, "jsonl")
    batch_exports.add_to(blueprint, kind)


def _add_zip(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.get("/<uuid:batch_id>/results.zip", endpoint="zip")
    @api_key(Scope.READ)
    @blueprint.input(schemas.ResultsQuery, location="query", arg_name="query")
    @blueprint.doc(summary=f"Download a {noun}'s results", responses=_streamed("The ZIP.", _ZIP))
    def view(batch_id: UUID, query: schemas.ResultsQuery) -> Response:
        """Download results

        One ZIP with every file there is by now, under names that are safe and unique, and `manifest.csv`. It is made
        while it is sent. With `only=approved`, what a reviewer let pass.
        """
        stem = _stem(batch_id, kind)
        body = zip_results(
            object_store(), current_principal().workspace_id, batch_id, only_approved=query.only == "approved"
        )
        return _attachment(body, _ZIP, f"{stem}.zip")


def _add_manifest(blueprint: APIBlueprint, kind: BatchKind | None, noun: str, form: str) -> None:
    media_type = _CSV if form == "csv" else _JSONL
    responses = _streamed("The manifest.", media_type.partition(";")[0])

    @blueprint.get(f"/<uuid:batch_id>/manifest.{form}", endpoint=f"manifest_{form}")
    @api_key(Scope.READ)
    @blueprint.input(schemas.ResultsQuery, location="query", arg_name="query")
    @blueprint.doc(summary=f"Download a {noun}'s manifest as {form.upper()}", responses=responses)
    def view(batch_id: UUID, query: schemas.ResultsQuery) -> Response:
        """Download the manifest

        A line a file, and one for each item that has none: its row, template, size, locale, state, file name, SHA-256,
        review and error. A cell of the CSV that a spreadsheet would take for a formula has an apostrophe before it.
        """
        stem = _stem(batch_id, kind)
        rows = results.manifest(current_principal().workspace_id, batch_id, only_approved=query.only == "approved")
        body = results.as_csv(rows) if form == "csv" else results.as_jsonl(rows)
        return _attachment(body, media_type, f"{stem}.{form}")


def _stem(batch_id: UUID, kind: BatchKind | None) -> str:
    """What its files are called. Raises ``NotFound``."""
    with tenant_session() as session:
        return f"{safe_file_name(batch_of(session, batch_id, kind).name)}-{str(batch_id)[-8:]}"


def _attachment(body: Iterator[bytes], media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = USER_FILE_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _streamed(description: str, media_type: str) -> dict[int | str, Any]:
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"description": description, "content": content}}
