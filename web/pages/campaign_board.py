"""One campaign's page: its plan, and then how far it is; and what can be done with it as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import repository, service
from shared.batches.models import Batch
from web.auth import current_principal, signed_in
from web.pages.campaign_choices import choices_of
from web.pages.campaign_plan import PlanView
from web.pages.campaign_view import CampaignView, find_campaign, with_pictures
from web.pages.standstill import standing_still
from web.rate_limits import limited_submissions
from web.transactions import tenant_session, transactional

blueprint = Blueprint("campaign_board", __name__)

_PICTURES = 12
_PROBLEMS = 20
_PROBLEMS_PAGE = 100

Action = Callable[[Session, UUID, UUID], Batch]
ACTIONS: dict[str, Action] = {
    "launch": service.launch,
    "pause": service.pause,
    "resume": service.resume,
    "cancel": service.cancel,
    "retry": service.retry_failed,
}


@blueprint.get("/campaigns/<uuid:batch_id>")
@signed_in(Scope.READ)
def show(batch_id: UUID) -> str:
    """The page; ``?fragment`` gives what changes with time."""
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        view = with_pictures(session, batch, _PICTURES, kinds=3)
        problems = repository.problems(session, batch.id, limit=_PROBLEMS) if batch.bad_rows else ()
    body = "campaigns/board_body.html"
    return render_template(
        body if "fragment" in request.args else "campaigns/board.html",
        body=body,
        tab="/campaigns",
        view=view,
        plan=PlanView(batch.plan) if batch.plan and batch.planned_at else None,
        problems=problems,
        again=choices_of(batch).query,
        standing=standing_still() if view.is_live or not view.is_launched else (),
    )


@blueprint.post("/campaigns/<uuid:batch_id>/<any(launch, pause, resume, cancel, retry):action>")
@signed_in(Scope.WRITE)
@limited_submissions
@transactional
def act(batch_id: UUID, action: str, session: Session) -> Any:
    """Do it and show the campaign."""
    find_campaign(session, batch_id)
    ACTIONS[action](session, current_principal().workspace_id, batch_id)
    return redirect(f"/campaigns/{batch_id}", code=303)


@blueprint.post("/campaigns/<uuid:batch_id>/remove")
@signed_in(Scope.WRITE)
@transactional
def remove(batch_id: UUID, session: Session) -> Any:
    """Forget it; its jobs and files stay."""
    find_campaign(session, batch_id)
    service.remove(session, current_principal().workspace_id, batch_id)
    return redirect("/campaigns", code=303)


@blueprint.get("/campaigns/<uuid:batch_id>/problems")
@signed_in(Scope.READ)
def problems(batch_id: UUID) -> str:
    """Every bad cell, a page at a time."""
    after = _place(request.args.get("after", ""))
    with tenant_session() as session:
        batch = find_campaign(session, batch_id)
        found = repository.problems(session, batch.id, after=after, limit=_PROBLEMS_PAGE + 1)
        view = CampaignView(batch)
    shown = found[:_PROBLEMS_PAGE]
    return render_template(
        "campaigns/problems.html",
        tab="/campaigns",
        view=view,
        problems=shown,
        after=after,
        next_after=f"{shown[-1].row}-{shown[-1].position}" if len(found) > _PROBLEMS_PAGE else None,
    )


def _place(text: str) -> tuple[int, int] | None:
    """The row and the position of a problem, as an address has them."""
    row, _, position = text.partition("-")
    is_place = row.isdecimal() and position.isdecimal() and len(text) < 20
    return (int(row), int(position)) if is_place else None
