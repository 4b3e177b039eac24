"""What people think of creatives: approve, reject, and have some made anew with other pictures or other words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from shared.batches import repository, service
from shared.batches.models import Batch, BatchItem, BatchRow
from shared.batches.repository import ItemFilter
from shared.batches.states import BatchKind, ReviewState
from shared.campaigns.expansion import CampaignExpander
from shared.campaigns.pictures import FOUND, REFUSED
from shared.catalog.inputs.base import MAX_SEED
from shared.errors import FieldProblem, InputRefused, NotFound, StateConflict
from shared.jobs.states import JobState
from shared.tables.rows import Row

MAX_REGENERATED = 1_000
MAX_REASON_CHARACTERS = 2_000
_UNSYNCED = {"synchronize_session": False}


def review(
    session: Session,
    workspace_id: UUID,
    batch_id: UUID,
    verdict: ReviewState,
    *,
    items: Sequence[UUID] | None = None,
    matching: ItemFilter | None = None,
    reason: str | None = None,
) -> int:
    """Say what is thought of creatives, by their ids or of all that match; returns of how many.

    Only what has been made is approved or rejected; of those that match, the others are left as they are. Raises
    ``NotFound``; ``InputRefused`` for a rejection without a reason; ``StateConflict`` for the id of one not made.
    """
    campaign = _campaign(session, workspace_id, batch_id)
    said = (reason or "").strip()
    if verdict is ReviewState.REJECTED and not said:
        raise InputRefused.of("reason", "says what is wrong with what is rejected")
    if len(said) > MAX_REASON_CHARACTERS:
        raise InputRefused.of("reason", f"has {len(said):,} characters; {MAX_REASON_CHARACTERS:,} at most are kept")
    wanted = _named(session, campaign, items, verdict) if items is not None else _matching(campaign, matching, verdict)
    is_open = verdict is ReviewState.PENDING
    reviewed = session.execute(
        update(BatchItem)
        .where(BatchItem.batch_id == campaign.id, wanted)
        .values(
            review=verdict,
            review_reason=said if verdict is ReviewState.REJECTED else None,
            reviewed_at=None if is_open else func.clock_timestamp(),
        )
        .returning(BatchItem.id),
        execution_options=_UNSYNCED,
    )
    return len(reviewed.all())


def regenerate(
    session: Session,
    workspace_id: UUID,
    batch_id: UUID,
    items: Sequence[UUID],
    *,
    seed: int | None = None,
    cells: Mapping[str, str] | None = None,
) -> Batch:
    """Make creatives anew: with another ``seed`` for what models make, with other ``cells``, or both.

    What was changed before stays changed. Every cell is checked as in the plan. Raises ``NotFound``, ``StateConflict``
    for one that is being made, ``InputRefused`` on ``cells.<column>``.
    """
    campaign = _campaign(session, workspace_id, batch_id)
    if seed is None and not cells:
        raise InputRefused.of("seed", "or `cells` says what is to be different")
    if not 1 <= len(items) <= MAX_REGENERATED:
        raise InputRefused.of("items", f"must have 1 to {MAX_REGENERATED:,} creatives, not {len(items):,}")
    if seed is not None and not 0 < seed <= MAX_SEED:
        raise InputRefused.of("seed", f"must be a whole number from 1 to {MAX_SEED}, not {seed}")
    found = _items(session, campaign, items)
    rows = repository.rows_by_number(session, campaign.id, {item.row for item in found})
    changes = _changes(session, campaign, found, rows, seed, dict(cells or {}))
    return service.make_again(session, workspace_id, batch_id, changes)


def _changes(
    session: Session,
    campaign: Batch,
    items: Sequence[BatchItem],
    rows: Mapping[int, BatchRow],
    seed: int | None,
    cells: Mapping[str, str],
) -> dict[UUID, dict[str, Any]]:
    """What is changed of each item, all in all, after a look at what comes of it."""
    columns = sorted({column for row in rows.values() for column in row.cells if column[:1] not in (FOUND, REFUSED)})
    _check_columns(cells, columns)
    expander = CampaignExpander.of(session, campaign, columns)
    changed = _with_pictures(session, expander, cells)
    changes: dict[UUID, dict[str, Any]] = {}
    for item in items:
        if item.row not in rows:
            raise StateConflict(f"The row of the creative {item.id} is no longer kept; it cannot be made anew.")
        earlier = {name: value for name, value in item.changes.items() if name in ("cells", "seed")}
        whole = {**earlier, **({"seed": seed} if seed is not None else {})}
        if changed or "cells" in earlier:
            whole["cells"] = {**_fresh(earlier.get("cells", {}), changed), **changed}
        (row,) = expander.prepare(session, [Row(item.row, rows[item.row].cells)])
        expanded = expander.expand(row, whole)
        if expanded.problems:
            raise InputRefused(
                [FieldProblem(f"cells.{problem.column}", problem.message) for problem in expanded.problems]
            )
        changes[item.id] = whole
    return changes


def _fresh(cells: Mapping[str, str], changed: Collection[str]) -> dict[str, str]:
    """Earlier changes without the pictures of cells that are changed once more."""
    stale = {mark + column for column in changed for mark in (FOUND, REFUSED)}
    return {column: text for column, text in cells.items() if column not in stale}


def _with_pictures(session: Session, expander: CampaignExpander, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells, and the upload that each of them means which names a picture. Raises ``InputRefused``."""
    if not cells:
        return {}
    (row,) = expander.prepare(session, [Row(1, dict(cells))])
    said = row.cells
    refused = [
        FieldProblem(f"cells.{column}", said[REFUSED + column]) for column in cells if REFUSED + column in row.cells
    ]
    if refused:
        raise InputRefused(refused)
    return dict(row.cells)


def _check_columns(cells: Mapping[str, str], columns: Collection[str]) -> None:
    problems = [
        FieldProblem(f"cells.{column}", f"the table has no such column; there are: {', '.join(columns)}")
        for column in cells
        if column not in columns
    ]
    if problems:
        raise InputRefused(problems)


def _campaign(session: Session, workspace_id: UUID, batch_id: UUID) -> Batch:
    batch = repository.get_batch(session, workspace_id, batch_id)
    if batch.kind is not BatchKind.CAMPAIGN:
        raise NotFound("There is no such campaign in this workspace.")
    return batch


def _items(session: Session, campaign: Batch, ids: Sequence[UUID]) -> Sequence[BatchItem]:
    query = select(BatchItem).where(BatchItem.batch_id == campaign.id, BatchItem.id.in_(ids)).order_by(BatchItem.id)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    missing = set(ids) - {item.id for item in found}
    if missing:
        raise NotFound(f"There is no creative {min(missing, key=str)} in this campaign.")
    return found


def _named(session: Session, campaign: Batch, ids: Sequence[UUID], verdict: ReviewState) -> ColumnElement[bool]:
    """The items of these ids. Raises ``NotFound`` and ``StateConflict``."""
    items = _items(session, campaign, ids)
    if verdict is not ReviewState.PENDING:
        made = set(session.scalars(_made(campaign).where(BatchItem.id.in_(ids))))
        unmade = next((item for item in items if item.id not in made), None)
        if unmade is not None:
            raise StateConflict(f"The creative {unmade.id} has not been made; there is nothing to look at.")
    return BatchItem.id.in_(ids)


def _matching(campaign: Batch, matching: ItemFilter | None, verdict: ReviewState) -> ColumnElement[bool]:
    matches = BatchItem.id.in_(repository.item_ids(campaign.id, matching or ItemFilter()))
    return matches if verdict is ReviewState.PENDING else and_(matches, BatchItem.id.in_(_made(campaign)))


def _made(campaign: Batch) -> Select[UUID]:
    return repository.item_ids(campaign.id, ItemFilter(state=JobState.SUCCEEDED))
