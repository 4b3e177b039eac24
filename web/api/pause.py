"""The caller's workspace, paused and resumed. Queues and models are an operator's to pause."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.clock import iso
from shared.jobs import pauses
from shared.jobs.pauses import PauseTarget
from web.api.schemas.pause import Pause, PauseRequest
from web.auth import api_key, current_principal
from web.transactions import transactional

blueprint = APIBlueprint("pause", __name__, url_prefix="/api/v1/pause", tag="Pause")


@blueprint.get("")
@api_key(Scope.READ)
@transactional
@blueprint.output(Pause, description="Whether it is paused.")
def get_pause(session: Session) -> dict[str, Any]:
    """See whether the workspace is paused

    A queue or a model can be paused by the operator, too: a queued job's `queue` says what it waits for.
    """
    return _document(session)


@blueprint.put("")
@api_key(Scope.WRITE)
@blueprint.input(PauseRequest, arg_name="body")
@transactional
@blueprint.output(Pause, description="It is paused.")
def pause(body: PauseRequest, session: Session) -> dict[str, Any]:
    """Pause the workspace

    None of its jobs begins until it is resumed. Those that run are finished, and new ones are accepted. Twice is once;
    the later reason stands.
    """
    pauses.pause(session, PauseTarget.of_workspace(current_principal().workspace_id), body.reason)
    return _document(session)


@blueprint.delete("")
@api_key(Scope.WRITE)
@transactional
@blueprint.output(Pause, description="It is not paused.")
def resume(session: Session) -> dict[str, Any]:
    """Resume the workspace

    Its jobs go on in their order. One that is not paused stays so.
    """
    pauses.resume(session, PauseTarget.of_workspace(current_principal().workspace_id))
    return _document(session)


def _document(session: Session) -> dict[str, Any]:
    found = pauses.pause_of_workspace(session, current_principal().workspace_id)
    if found is None:
        return {"paused": False, "reason": None, "since": None}
    return {"paused": True, "reason": found.reason, "since": iso(found.since)}
