"""Pages of batches and of what belongs to one, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches import repository, service
from shared.batches.document import item_document, problem_document
from shared.batches.models import Batch
from shared.batches.states import BatchKind
from shared.errors import NotFound
from web.api.schemas import batches as schemas
from web.auth import current_principal


class Identified(Protocol):
    """Something with an id."""

    @property
    def id(self) -> Any: ...


Found = TypeVar("Found", bound=Identified)


def batch_of(session: Session, batch_id: UUID, kind: BatchKind | None) -> Batch:
    """The caller's batch, of a kind where one is asked for. Raises ``NotFound``."""
    batch = service.get(session, current_principal().workspace_id, batch_id)
    if kind is not None and batch.kind is not kind:
        raise NotFound("There is no such campaign in this workspace.")
    return batch


def page(found: Sequence[Found], limit: int, document: Callable[[Found], dict[str, Any]]) -> dict[str, Any]:
    """``limit`` of what was found, which is one more where there is a next page."""
    shown = found[:limit]
    return {
        "items": [document(each) for each in shown],
        "next_cursor": str(shown[-1].id) if len(found) > limit else None,
    }


def items_page(
    session: Session, batch: Batch, wanted: repository.ItemFilter, query: schemas.ItemQuery
) -> dict[str, Any]:
    """Some of a batch's items."""
    found = repository.items(session, batch.id, wanted, query.cursor, query.limit + 1)
    shown = found[: query.limit]
    return {
        "items": [item_document(each) for each in shown],
        "next_cursor": str(shown[-1].item.id) if len(found) > query.limit else None,
    }


def problems_page(session: Session, batch: Batch, query: schemas.ProblemQuery) -> dict[str, Any]:
    """Some of what is wrong with a batch's table."""
    after = None
    if query.cursor is not None:
        row, _, position = query.cursor.partition("-")
        after = int(row), int(position)
    found = repository.problems(session, batch.id, after, query.limit + 1)
    shown = found[: query.limit]
    return {
        "items": [problem_document(each) for each in shown],
        "next_cursor": f"{shown[-1].row}-{shown[-1].position}" if len(found) > query.limit else None,
    }
