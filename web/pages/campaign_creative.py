"""One creative, large: looked at, judged, and made anew with what was wrong in it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository
from shared.batches.models import Batch, BatchItem
from shared.batches.states import BatchState
from shared.errors import InputRefused, StateConflict
from web.auth import current_principal, signed_in
from web.pages.campaign_filter import CreativeFilter, read_filter
from web.pages.campaign_reasons import reasons_of
from web.pages.campaign_review import review_counts
from web.pages.campaign_verdict import judge_one, remake
from web.pages.campaign_view import CampaignView, find_campaign
from web.rate_limits import limited_submissions
from web.transactions import tenant_session

blueprint = Blueprint("campaign_creative", __name__)

CELL = "cell."
_CHANGEABLE = (BatchState.COMPLETED, BatchState.RUNNING, BatchState.PAUSED)
_ENDED = ("succeeded", "failed", "canceled")


@blueprint.get("/campaigns/<uuid:batch_id>/creatives/<uuid:item_id>")
@signed_in(Scope.READ)
def show(batch_id: UUID, item_id: UUID) -> str:
    """The creative, with the way to its neighbours among those that the address asks for."""
    return _page(batch_id, item_id)


@blueprint.post("/campaigns/<uuid:batch_id>/creatives/<uuid:item_id>/review")
@signed_in(Scope.WRITE)
@limited_submissions
def judge(batch_id: UUID, item_id: UUID) -> Response:
    """A verdict; then the next creative. ``?fragment`` answers with this one as the grid shows it."""
    chosen = read_filter(request.args)
    try:
        with tenant_session() as session:
            batch = find_campaign(session, batch_id)
            _, after = _neighbours(session, batch.id, item_id, chosen)
            judge_one(session, current_principal().workspace_id, batch.id, item_id, request.form)
    except InputRefused as refusal:
        return make_response(_page(batch_id, item_id, refusal.problems[0].message, "reason"), 422)
    if "fragment" in request.args:
        return make_response(_tile(batch_id, item_id))
    return make_response(redirect(_address(batch_id, after or item_id, chosen), code=303))


@blueprint.post("/campaigns/<uuid:batch_id>/creatives/<uuid:item_id>/regenerate")
@signed_in(Scope.WRITE)
@limited_submissions
def regenerate(batch_id: UUID, item_id: UUID) -> Response:
    """Make it anew with other cells or another seed, and show it."""
    try:
        with tenant_session() as session:
            batch = find_campaign(session, batch_id)
            item = repository.get_item(session, batch.id, item_id).item
            before = _cells(session, batch, item)
            remake(session, current_principal().workspace_id, batch.id, item_id, _changes(before, request.form))
    except (InputRefused, StateConflict) as error:
        words = [each.message for each in error.problems] if isinstance(error, InputRefused) else [error.message]
        return make_response(_page(batch_id, item_id, "; ".join(words), "remake"), 422)
    return make_response(redirect(_address(batch_id, item_id, read_filter(request.args)), code=303))


def _changes(before: Mapping[str, str], form: Mapping[str, str]) -> dict[str, Any]:
    """What is another than it was. Raises ``InputRefused`` for a seed that is no number."""
    typed = {column: form.get(CELL + column, text).replace("\r\n", "\n") for column, text in before.items()}
    changes: dict[str, Any] = {}
    if cells := {column: text for column, text in typed.items() if text != before[column].replace("\r\n", "\n")}:
        changes["cells"] = cells
    if seed := form.get("seed", "").strip():
        if not seed.isdecimal():
            raise InputRefused.of("seed", "the seed must be a whole number")
        changes["seed"] = int(seed)
    if not changes:
        raise InputRefused.of("cells", "nothing was changed: edit a text, or give another seed")
    return changes


def _page(batch_id: UUID, item_id: UUID, problem: str = "", problem_at: str = "") -> str:
    chosen = read_filter(request.args)
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        entry = repository.get_item(session, batch.id, item_id)
        cells = _cells(session, batch, entry.item)
        before, after = _neighbours(session, batch.id, item_id, chosen)
        reasons = reasons_of(session, batch.workspace_id, [entry])
    return render_template(
        "campaigns/creative.html",
        tab="/campaigns",
        view=CampaignView(batch),
        entry=entry,
        reason_why=reasons.get(item_id, ""),
        chosen=chosen,
        before=before,
        after=after,
        cells=[(column, request.form.get(CELL + column, text)) for column, text in cells.items()],
        can_change=batch.state in _CHANGEABLE and entry.state in _ENDED,
        problem=problem,
        problem_at=problem_at,
        reason=request.form.get("reason", ""),
    )


def _tile(batch_id: UUID, item_id: UUID) -> str:
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        entry = repository.get_item(session, batch.id, item_id)
        reasons = reasons_of(session, batch.workspace_id, [entry])
        reviews = review_counts(session, batch.id)
    return render_template(
        "campaigns/tile_alone.html",
        view=CampaignView(batch),
        entry=entry,
        chosen=read_filter(request.args),
        reasons=reasons,
        reviews=reviews,
    )


def _cells(session: Session, batch: Batch, item: BatchItem) -> dict[str, str]:
    """The cells of its row as they are for this creative; none where the row is not kept."""
    row = repository.rows_by_number(session, batch.id, [item.row]).get(item.row)
    cells = {**row.cells, **item.changes.get("cells", {})} if row is not None else {}
    # What was looked up for a cell begins so; nobody wrote it.
    return {column: str(text) for column, text in cells.items() if not column.startswith(("@", "!"))}


def _neighbours(
    session: Session, batch_id: UUID, item_id: UUID, chosen: CreativeFilter
) -> tuple[UUID | None, UUID | None]:
    """The creatives before and behind one, among those that are asked for."""
    after = repository.items(session, batch_id, chosen.wanted, after=item_id, limit=1)
    query = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.id < item_id)
    for column in ("template", "size", "locale", "review", "custom_id"):
        if value := getattr(chosen, column):
            query = query.where(getattr(BatchItem, column) == value)
    before = session.scalar(query.order_by(BatchItem.id.desc()).limit(1))
    return before, after[0].item.id if after else None


def _address(batch_id: UUID, item_id: UUID, chosen: CreativeFilter) -> str:
    query = f"?{chosen.query}" if chosen.query else ""
    return f"/campaigns/{batch_id}/creatives/{item_id}{query}"
