"""What is asked of, and done to, a batch as a whole: the same routes for batches and campaigns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.batches import service
from shared.batches.document import batch_document
from shared.batches.models import Batch
from shared.batches.states import BatchKind
from web.api.batch_examples import PROGRESS_STREAM
from web.api.batch_pages import batch_of, problems_page
from web.api.schemas import batches as schemas
from web.auth import api_key, current_principal
from web.batch_waiting import watch_batch
from web.rate_limits import limited_submissions
from web.sse import progress_stream
from web.transactions import tenant_session, transactional

_STREAM: dict[int | str, Any] = {
    200: {
        "description": "The stream.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": PROGRESS_STREAM}},
    }
}


@dataclass(frozen=True, slots=True)
class Move:
    """Something that is done to a batch."""

    verb: str
    act: Callable[[Session, UUID, UUID], Batch]
    summary: str
    description: str
    conflict: str
    submits: bool = False


_MOVES = (
    Move(
        "launch",
        service.launch,
        "Launch a {noun}",
        "Spend what its plan says. Twice is once.",
        "It is still being planned, has no good row, or has ended.",
        submits=True,
    ),
    Move(
        "pause",
        service.pause,
        "Pause a {noun}",
        "Nothing more of it begins until it is resumed; what runs is let finish. Twice is once.",
        "It is not launched, or has ended.",
    ),
    Move("resume", service.resume, "Resume a {noun}", "It goes on where it was paused.", "It is not paused."),
    Move(
        "cancel",
        service.cancel,
        "Cancel a {noun}",
        "What has not begun is canceled, what runs stops at its next step, results that are there stay. Twice is once.",
        "It has ended.",
    ),
    Move(
        "retry",
        service.retry_failed,
        "Try again what failed of a {noun}",
        "Everything of it that failed, or was canceled by itself, is submitted once more.",
        "It is not launched, was called off, or nothing of it failed.",
        submits=True,
    ),
)


def add_to(blueprint: APIBlueprint, kind: BatchKind | None) -> None:
    """Add the routes; of a kind, others are not found below them."""
    noun = "campaign" if kind is BatchKind.CAMPAIGN else "batch"
    for move in _MOVES:
        _add_move(blueprint, kind, noun, move)
    _add_problems(blueprint, kind, noun)
    _add_events(blueprint, kind, noun)


def _add_move(blueprint: APIBlueprint, kind: BatchKind | None, noun: str, move: Move) -> None:
    responses = {409: move.conflict, **({429: "Too many submissions."} if move.submits else {})}

    @transactional
    @blueprint.output(schemas.Batch, description=f"The {noun}, as it is now.")
    @blueprint.doc(summary=move.summary.format(noun=noun), description=move.description, responses=responses)
    def view(batch_id: UUID, session: Session) -> dict[str, Any]:
        batch_of(session, batch_id, kind)
        return batch_document(move.act(session, current_principal().workspace_id, batch_id))

    counted = limited_submissions(view) if move.submits else view
    blueprint.post(f"/<uuid:batch_id>/{move.verb}", endpoint=move.verb)(api_key(Scope.WRITE)(counted))


def _add_problems(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.get("/<uuid:batch_id>/problems", endpoint="problems")
    @api_key(Scope.READ)
    @blueprint.input(schemas.ProblemQuery, location="query", arg_name="query")
    @transactional
    @blueprint.output(schemas.ProblemPage, description="Some of what is wrong, by row.")
    @blueprint.doc(summary=f"List what is wrong with a {noun}'s table")
    def view(batch_id: UUID, query: schemas.ProblemQuery, session: Session) -> dict[str, Any]:
        """List what is wrong

        Every bad cell with its row, its column and the reason. Such a row is left out, and no other.
        """
        return problems_page(session, batch_of(session, batch_id, kind), query)


def _add_events(blueprint: APIBlueprint, kind: BatchKind | None, noun: str) -> None:
    @blueprint.get("/<uuid:batch_id>/events", endpoint="events")
    @api_key(Scope.READ)
    @blueprint.doc(summary=f"Follow a {noun}", responses=_STREAM)
    def view(batch_id: UUID) -> Response:
        """Follow a batch

        Server-sent events: `batch` with its document at once and whenever it has changed, a second apart at least, and,
        last, `end`. A comment is sent when nothing happens. After a broken connection just connect again.
        """
        with tenant_session() as session:
            batch_of(session, batch_id, kind)
        return progress_stream(watch_batch(current_principal().workspace_id, batch_id))
