"""The page of a batch of jobs: how far it is, what came of each row, and what can be done with it as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository
from shared.batches.document import ITEM_STATES
from shared.batches.repository import ItemFilter, ItemView
from shared.batches.states import BatchKind
from web.auth import current_principal, signed_in
from web.pages.campaign_board import ACTIONS
from web.pages.campaign_view import CampaignView, cursor_of
from web.pages.standstill import standing_still
from web.rate_limits import limited_submissions
from web.transactions import tenant_session, transactional

blueprint = Blueprint("batch", __name__)

_ITEMS = 50
_PROBLEMS = 100


@blueprint.get("/batches/<uuid:batch_id>")
@signed_in(Scope.READ)
def show(batch_id: UUID) -> Any:
    """The page; ``?fragment`` gives what changes with time. A campaign has a page of its own."""
    state, after = request.args.get("state", ""), cursor_of(request.args.get("after", ""))
    with tenant_session() as session:
        batch = repository.get_batch(session, current_principal().workspace_id, batch_id)
        if batch.kind is BatchKind.CAMPAIGN:
            return redirect(f"/campaigns/{batch_id}")
        wanted = ItemFilter(state=state if state in ITEM_STATES else None)
        items = repository.items(session, batch.id, wanted, after=after, limit=_ITEMS + 1)
        problems = repository.problems(session, batch.id, limit=_PROBLEMS) if batch.bad_rows else ()
    view, body = CampaignView(batch), "batches/board_body.html"
    return render_template(
        body if "fragment" in request.args else "campaigns/board.html",
        body=body,
        tab="/jobs",
        view=view,
        items=items[:_ITEMS],
        state=wanted.state,
        after=after,
        next_after=_last(items),
        problems=problems,
        standing=standing_still() if view.is_live else (),
    )


@blueprint.post("/batches/<uuid:batch_id>/<any(launch, pause, resume, cancel, retry):action>")
@signed_in(Scope.WRITE)
@limited_submissions
@transactional
def act(batch_id: UUID, action: str, session: Session) -> Any:
    """Do it and show the batch."""
    ACTIONS[action](session, current_principal().workspace_id, batch_id)
    return redirect(f"/batches/{batch_id}", code=303)


def _last(items: Sequence[ItemView]) -> UUID | None:
    return items[_ITEMS - 1].item.id if len(items) > _ITEMS else None
