"""The list of campaigns."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from shared.accounts.service import Scope
from shared.batches import service
from shared.batches.states import BatchKind
from web.auth import current_principal, signed_in
from web.pages.campaign_view import cursor_of, with_pictures
from web.transactions import tenant_session

blueprint = Blueprint("campaign_list", __name__)

_PAGE = 12
_PICTURES = 5


@blueprint.get("/campaigns")
@signed_in(Scope.READ)
def show() -> str:
    """A page of campaigns, newest first; ``?fragment`` gives the list alone."""
    before = cursor_of(request.args.get("before", ""))
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        found = service.list_batches(session, workspace_id, kind=BatchKind.CAMPAIGN, limit=_PAGE + 1, before=before)
        views = [with_pictures(session, batch, _PICTURES) for batch in found[:_PAGE]]
    return render_template(
        "campaigns/list_rows.html" if "fragment" in request.args else "campaigns/list.html",
        tab="/campaigns",
        campaigns=views,
        before=before,
        older=found[_PAGE - 1].id if len(found) > _PAGE else None,
    )
