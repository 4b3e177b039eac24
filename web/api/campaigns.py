"""Campaigns: rows of a table in every template, size and locale."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository
from shared.batches import service as batches
from shared.batches.document import batch_document
from shared.batches.states import BatchKind, BatchState, ReviewState
from shared.campaigns import service
from shared.campaigns.request import CampaignRequest
from shared.errors import StateConflict
from web.api import batch_moves, batch_pages, batch_results
from web.api.batch_examples import CAMPAIGN, PLAN
from web.api.batches import Reply, answered
from web.api.campaign_examples import CAMPAIGN_REQUESTS
from web.api.schemas import batches as batch_schemas
from web.api.schemas import campaigns as schemas
from web.auth import api_key, current_principal
from web.openapi import IDEMPOTENCY_KEY, PREFER, accepts_headers
from web.rate_limits import limited_submissions
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("campaigns", __name__, url_prefix="/api/v1/campaigns", tag="Campaigns")


@blueprint.post("")
@api_key(Scope.WRITE)
@limited_submissions
@blueprint.input(CampaignRequest, arg_name="body", examples=CAMPAIGN_REQUESTS)
@blueprint.output(
    batch_schemas.Batch, 202, description="The campaign is recorded: it will be planned.", example=CAMPAIGN
)
@blueprint.doc(
    responses={
        200: "With `Prefer: wait`: the campaign, planned, or with `launch` ended, in time.",
        429: "Too many submissions.",
    }
)
@accepts_headers(IDEMPOTENCY_KEY, PREFER)
def create(body: CampaignRequest) -> Reply:
    """Make a campaign

    Each row of the table in every template, size and locale. It is planned first: every cell is checked, a row with a
    bad cell is left out and named by `problems`, and what is generated, reused and composed for the rest is counted.
    Nothing is spent until it is launched, which `launch` does at once. Templates and brand kit are kept as they are.
    """
    with tenant_session() as session:
        key = request.headers.get("Idempotency-Key")
        campaign = service.create_campaign(session, current_principal().workspace_id, body, key)
        document = batch_document(campaign)
    return answered(document, is_dry=not body.launch)


@blueprint.get("")
@api_key(Scope.READ)
@blueprint.input(batch_schemas.CampaignQuery, location="query", arg_name="query")
@transactional
@blueprint.output(batch_schemas.BatchPage, description="A page of campaigns, newest first.")
def list_campaigns(query: batch_schemas.CampaignQuery, session: Session) -> dict[str, Any]:
    """List campaigns

    Newest first, a page at a time: pass `next_cursor` as `cursor` for the next one.
    """
    found = batches.list_batches(
        session,
        current_principal().workspace_id,
        kind=BatchKind.CAMPAIGN,
        state=BatchState(query.state) if query.state else None,
        limit=query.limit + 1,
        before=query.cursor,
    )
    return batch_pages.page(found, query.limit, batch_document)


@blueprint.get("/<uuid:batch_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(batch_schemas.Batch, description="The campaign.", example=CAMPAIGN)
def get_campaign(batch_id: UUID, session: Session) -> dict[str, Any]:
    """Look at a campaign

    How far it is, and what it comes to once it is planned.
    """
    return batch_document(batch_pages.batch_of(session, batch_id, BatchKind.CAMPAIGN))


@blueprint.get("/<uuid:batch_id>/plan")
@api_key(Scope.READ)
@transactional
@blueprint.output(batch_schemas.Plan, description="The plan.", example=PLAN)
@blueprint.doc(responses={409: "It is still being planned, or could not be."})
def plan(batch_id: UUID, session: Session) -> dict[str, Any]:
    """See what a campaign comes to

    Rows, creatives, what models have to generate and what is there already, and an estimate from measured history.
    """
    campaign = batch_pages.batch_of(session, batch_id, BatchKind.CAMPAIGN)
    found: dict[str, Any] | None = batch_document(campaign)["plan"]
    if found is None:
        reason = campaign.error_message or "The campaign is still being planned; ask again in a moment."
        raise StateConflict(reason)
    return found


@blueprint.get("/<uuid:batch_id>/creatives")
@api_key(Scope.READ)
@blueprint.input(batch_schemas.CreativeQuery, location="query", arg_name="query")
@transactional
@blueprint.output(batch_schemas.ItemPage, description="Some of its creatives, in the order of its rows.")
def list_creatives(batch_id: UUID, query: batch_schemas.CreativeQuery, session: Session) -> dict[str, Any]:
    """List a campaign's creatives

    Each with the state of its job, its error, its review and its file. What is not launched yet has none.
    """
    campaign = batch_pages.batch_of(session, batch_id, BatchKind.CAMPAIGN)
    return batch_pages.items_page(session, campaign, item_filter(query), query)


def item_filter(wanted: batch_schemas.CreativeQuery | schemas.CreativeFilter) -> repository.ItemFilter:
    """As the repository takes it."""
    return repository.ItemFilter(
        state=wanted.state,
        review=ReviewState(wanted.review) if wanted.review else None,
        template=wanted.template,
        size=wanted.size,
        locale=wanted.locale,
        row=wanted.row,
        custom_id=wanted.custom_id,
    )


batch_moves.add_to(blueprint, BatchKind.CAMPAIGN)
batch_results.add_to(blueprint, BatchKind.CAMPAIGN)
