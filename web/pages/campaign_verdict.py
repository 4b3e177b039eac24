"""What a form says of creatives: that they are good, that they are not and why, or that they are to be made anew."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from shared.batches import repository
from shared.batches.states import ReviewState
from shared.campaigns.review import MAX_REGENERATED, regenerate, review
from shared.catalog.inputs.base import MAX_SEED
from shared.errors import InputRefused
from web.pages.campaign_filter import CreativeFilter

_REGENERATE = "regenerate"


def judge_one(session: Session, workspace_id: UUID, batch_id: UUID, item_id: UUID, form: Mapping[str, str]) -> None:
    """A verdict on one creative. Raises ``InputRefused`` and ``StateConflict``."""
    verdict, reason = _verdict(form), _reason(form)
    review(session, workspace_id, batch_id, verdict, items=[item_id], reason=reason)


def judge_many(
    session: Session, workspace_id: UUID, batch_id: UUID, form: MultiDict[str, str], chosen: CreativeFilter
) -> None:
    """A verdict on what was picked, or on all that match. Raises ``InputRefused`` and ``StateConflict``."""
    is_every = form.get("every") == "yes"
    picked = _picked(form)
    if not is_every and not picked:
        raise InputRefused.of("item", "nothing was picked: tick the creatives that it is about")
    if form.get("verdict") == _REGENERATE:
        ids = _matching(session, batch_id, chosen) if is_every else picked
        regenerate(session, workspace_id, batch_id, ids, seed=1 + secrets.randbelow(MAX_SEED))
        return
    verdict, reason = _verdict(form), _reason(form)
    if is_every:
        review(session, workspace_id, batch_id, verdict, matching=chosen.wanted, reason=reason)
    else:
        review(session, workspace_id, batch_id, verdict, items=picked, reason=reason)


def remake(session: Session, workspace_id: UUID, batch_id: UUID, item_id: UUID, changes: Mapping[str, Any]) -> None:
    """Make one creative anew. Raises ``InputRefused`` and ``StateConflict``."""
    regenerate(session, workspace_id, batch_id, [item_id], seed=changes.get("seed"), cells=changes.get("cells"))


def _verdict(form: Mapping[str, str]) -> ReviewState:
    try:
        return ReviewState(form.get("verdict", ""))
    except ValueError:
        raise InputRefused.of("verdict", "must be approved, rejected or pending") from None


def _reason(form: Mapping[str, str]) -> str:
    """Why something is rejected. Raises ``InputRefused`` where nothing is said."""
    reason = form.get("reason", "").strip()
    if form.get("verdict") == ReviewState.REJECTED.value and not reason:
        raise InputRefused.of("reason", "give a reason: whoever mends it has to know what is wrong")
    return reason


def _picked(form: MultiDict[str, str]) -> list[UUID]:
    try:
        return [UUID(each) for each in form.getlist("item")]
    except ValueError:
        raise InputRefused.of("item", "must be the ids of creatives") from None


def _matching(session: Session, batch_id: UUID, chosen: CreativeFilter) -> Sequence[UUID]:
    """What matches. Raises ``InputRefused`` where that is more than can be made anew at once."""
    found = repository.items(session, batch_id, chosen.wanted, limit=MAX_REGENERATED + 1)
    if len(found) > MAX_REGENERATED:
        raise InputRefused.of("item", f"more than {MAX_REGENERATED:,} match; filter them first")
    return [each.item.id for each in found]
