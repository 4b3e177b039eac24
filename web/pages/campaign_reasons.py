"""Why creatives could not be made, in a reviewer's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared.batches.repository import ItemView
from shared.jobs.recent_files import inputs_of
from web.pages import composite_view


def reasons_of(session: Session, workspace_id: UUID, entries: Sequence[ItemView]) -> Mapping[UUID, str]:
    """By the item's id: what went wrong, with a layer's name for its place in the scene."""
    failed = [each for each in entries if each.error_message]
    inputs = inputs_of(session, workspace_id, [each.item.job_id for each in failed if each.item.job_id is not None])
    return {
        each.item.id: composite_view.reason(each.error_message or "", inputs.get(each.item.job_id or UUID(int=0), {}))
        for each in failed
    }
