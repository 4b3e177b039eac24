"""What is paused, as the pages say it, and the workspace's own pause as a button."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.db import session_scope
from shared.jobs import pauses
from shared.jobs.pauses import PauseKind, PauseTarget, Standing
from web.auth import current_principal, signed_in
from web.transactions import transactional

blueprint = Blueprint("standstill", __name__)

_LONGEST_REASON = 500
_OWN_PAGE = re.compile(r"/(jobs(/[0-9a-f-]{36})?)?")


def standing_still(model_name: str | None = None) -> Sequence[Standing]:
    """What keeps the caller's jobs from being begun: any of them, or those of the model that is named.

    In a transaction of the platform's own: a queue and a model belong to no workspace. For before or after the
    caller's, so that no request holds two connections.
    """
    with session_scope() as session:
        found = pauses.in_the_way_of_workspace(session, current_principal().workspace_id)
    return [each for each in found if each.kind is not PauseKind.MODEL or model_name in (None, each.name)]


@blueprint.post("/pause")
@signed_in(Scope.WRITE)
@transactional
def pause(session: Session) -> Any:
    """Let the workspace stand still."""
    reason = request.form.get("reason", "").strip()[:_LONGEST_REASON]
    pauses.pause(session, PauseTarget.of_workspace(current_principal().workspace_id), reason)
    return redirect(_back(), code=303)


@blueprint.post("/resume")
@signed_in(Scope.WRITE)
@transactional
def resume(session: Session) -> Any:
    """Let the workspace go on."""
    pauses.resume(session, PauseTarget.of_workspace(current_principal().workspace_id))
    return redirect(_back(), code=303)


def _back() -> str:
    """The page that the button was on."""
    page = request.form.get("back", "")
    return page if _OWN_PAGE.fullmatch(page) else "/jobs"
