"""Batches: one job a row of a table, handled as one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository, service
from shared.batches.document import batch_document
from shared.batches.request import BatchRequest
from shared.batches.states import BatchKind, BatchState
from web.api import batch_moves, batch_pages, batch_results
from web.api.batch_examples import BATCH, BATCH_REQUESTS
from web.api.schemas import batches as schemas
from web.auth import api_key, current_principal
from web.batch_waiting import is_planned, is_settled, wait_for_batch
from web.openapi import IDEMPOTENCY_KEY, PREFER, accepts_headers
from web.prefer import preferred_wait
from web.rate_limits import limited_submissions
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("batches", __name__, url_prefix="/api/v1/batches", tag="Batches")

Reply = tuple[dict[str, Any], int, dict[str, str]]


@blueprint.post("")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(BatchRequest, arg_name="body", examples=BATCH_REQUESTS)
@blueprint.output(schemas.Batch, 202, description="The batch is recorded: it will be planned.", example=BATCH)
@blueprint.doc(
    responses={
        200: "With `Prefer: wait`: the batch, planned (`dry_run`) or ended in time.",
        429: "Too many submissions.",
    }
)
@accepts_headers(IDEMPOTENCY_KEY, PREFER)
def create(body: BatchRequest) -> Reply:
    """Submit a batch

    Makes one job of each row of a table that was uploaded with `as=table`, or of up to 10,000 rows in a body of 1 MiB.
    It is planned first: every cell is checked, a row with a bad cell is left out and named by `problems`, what the rest
    comes to is counted. Then it is launched, unless it is a `dry_run`. One `Idempotency-Key` stands for one batch.
    """
    principal = current_principal()
    with tenant_session() as session:
        batch = service.create_jobs(session, principal.workspace_id, body, request.headers.get("Idempotency-Key"))
        document = batch_document(batch)
    return answered(document, is_dry=body.dry_run)


@blueprint.get("")
@api_key(Scope.READ)
@blueprint.input(schemas.BatchQuery, location="query", arg_name="query")
@transactional
@blueprint.output(schemas.BatchPage, description="A page of batches, newest first.")
def list_batches(query: schemas.BatchQuery, session: Session) -> dict[str, Any]:
    """List batches

    Newest first, campaigns among them, a page at a time: pass `next_cursor` as `cursor` for the next one.
    """
    found = service.list_batches(
        session,
        current_principal().workspace_id,
        kind=BatchKind(query.kind) if query.kind else None,
        state=BatchState(query.state) if query.state else None,
        limit=query.limit + 1,
        before=query.cursor,
    )
    return batch_pages.page(found, query.limit, batch_document)


@blueprint.get("/<uuid:batch_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Batch, description="The batch.")
def get_batch(batch_id: UUID, session: Session) -> dict[str, Any]:
    """Look at a batch

    How far it is, and what it comes to once it is planned. Campaigns are batches, too.
    """
    return batch_document(service.get(session, current_principal().workspace_id, batch_id))


@blueprint.get("/<uuid:batch_id>/items")
@api_key(Scope.READ)
@blueprint.input(schemas.ItemQuery, location="query", arg_name="query")
@transactional
@blueprint.output(schemas.ItemPage, description="Some of what it makes, in the order of its rows.")
def list_items(batch_id: UUID, query: schemas.ItemQuery, session: Session) -> dict[str, Any]:
    """List what a batch makes

    Each item with the state of its job, its error and its first file. What is not launched yet has none.
    """
    batch = service.get(session, current_principal().workspace_id, batch_id)
    wanted = repository.ItemFilter(state=query.state, row=query.row, custom_id=query.custom_id)
    return batch_pages.items_page(session, batch, wanted, query)


def answered(document: dict[str, Any], *, is_dry: bool) -> Reply:
    """A new batch's document: at once, or with ``Prefer: wait`` when it is planned or has ended."""
    headers = {"Location": document["urls"]["self"]}
    wait = preferred_wait()
    if not wait:
        return document, 202, headers
    headers["Preference-Applied"] = f"wait={wait}"
    workspace_id, batch_id = current_principal().workspace_id, UUID(document["id"])
    in_time = wait_for_batch(workspace_id, batch_id, wait, is_planned if is_dry else is_settled)
    with tenant_session() as session:
        now = batch_document(service.get(session, workspace_id, batch_id))
    return now, 200 if in_time else 202, headers


batch_moves.add_to(blueprint, None)
batch_results.add_to(blueprint, None)
