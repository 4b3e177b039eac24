"""The review of a campaign: its creatives as a grid, and a verdict on one or many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository
from shared.batches.document import ITEM_STATES
from shared.batches.models import Batch, BatchItem
from shared.batches.repository import ItemView
from shared.batches.states import ReviewState
from shared.errors import InputRefused, StateConflict
from web.auth import current_principal, signed_in
from web.pages import campaign_locales, campaign_sizes
from web.pages.campaign_filter import CreativeFilter, read_filter
from web.pages.campaign_reasons import reasons_of
from web.pages.campaign_verdict import judge_many
from web.pages.campaign_view import CampaignView, cursor_of, find_campaign
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("campaign_review", __name__)

_PAGE = 48
_REVIEW_WORDS = {
    ReviewState.PENDING: "To be looked at",
    ReviewState.APPROVED: "Approved",
    ReviewState.REJECTED: "Rejected",
}


@blueprint.get("/campaigns/<uuid:batch_id>/review")
@signed_in(Scope.READ)
def show(batch_id: UUID) -> str:
    """A page of creatives in the order of the rows, those that the address asks for."""
    return _page(batch_id, read_filter(request.args))


@blueprint.post("/campaigns/<uuid:batch_id>/review")
@signed_in(Scope.WRITE)
@limited_submissions
def judge(batch_id: UUID) -> Response:
    """Approve, reject or remake what was picked, or all that matches; then the same page again."""
    chosen = read_filter(request.args)
    picked = request.form.getlist("item")
    try:
        with tenant_session() as session:
            batch = find_campaign(session, batch_id)
            judge_many(session, current_principal().workspace_id, batch.id, request.form, chosen)
    except (InputRefused, StateConflict) as error:
        message = error.problems[0].message if isinstance(error, InputRefused) else error.message
        return make_response(_page(batch_id, chosen, message, picked), 422)
    after = f"&after={cursor}" if (cursor := cursor_of(request.args.get("after", ""))) else ""
    return make_response(redirect(f"/campaigns/{batch_id}/review?{chosen.query}{after}", code=303))


def review_counts(session: Session, batch_id: UUID) -> dict[str, int]:
    """How many creatives are approved, rejected, and still to be looked at."""
    query = select(BatchItem.review, func.count()).where(BatchItem.batch_id == batch_id).group_by(BatchItem.review)
    found = {review.value: count for review, count in session.execute(query)}
    return {each.value: found.get(each.value, 0) for each in ReviewState}


def _page(batch_id: UUID, chosen: CreativeFilter, problem: str = "", picked: Sequence[str] = ()) -> str:
    after = cursor_of(request.args.get("after", ""))
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        items = repository.items(session, batch.id, chosen.wanted, after=after, limit=_PAGE + 1)
        reviews = review_counts(session, batch.id)
        reasons = reasons_of(session, batch.workspace_id, items[:_PAGE])
    return render_template(
        "campaigns/review.html",
        tab="/campaigns",
        view=CampaignView(batch),
        items=items[:_PAGE],
        reviews=reviews,
        reasons=reasons,
        chosen=chosen,
        filters=_filters(batch),
        after=after,
        next_after=_last(items),
        problem=problem,
        picked=picked,
        reason=request.form.get("reason", ""),
    )


def _filters(batch: Batch) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """``(name, label, choices)`` of every list to choose from; of one entry there is nothing to choose."""
    view = CampaignView(batch)
    sizes = campaign_sizes.labels(batch.spec["sizes"])
    locales: Mapping[str, Any] = {each: campaign_locales.in_words(each) for each in batch.spec["locales"]}
    found = [
        ("template", "Template", list(view.template_titles.items())),
        ("size", "Size", list(sizes.items())),
        ("locale", "Language", list(locales.items())),
        ("state", "State", [(each, each.capitalize()) for each in ITEM_STATES]),
        ("review", "Review", [(each.value, words) for each, words in _REVIEW_WORDS.items()]),
    ]
    return [each for each in found if len(each[2]) > 1]


def _last(items: Sequence[ItemView]) -> UUID | None:
    return items[_PAGE - 1].item.id if len(items) > _PAGE else None
