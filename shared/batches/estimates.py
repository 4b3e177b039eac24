"""What jobs are likely to take, from what jobs of the same models took in this workspace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.catalog.families import FAMILIES
from shared.catalog.repository import find
from shared.queue.names import QueueName

# The newest jobs of the workspace are looked at, so that the cost stays the same behind a million of them. Twins took
# nothing.
_HISTORY = text(
    """
SELECT count(*) AS jobs, avg(seconds.quantity) AS seconds, avg(files.bytes) AS bytes
  FROM (SELECT id, model_id, state, twin_id FROM jobs
         WHERE workspace_id = :workspace_id ORDER BY id DESC LIMIT :reach) AS recent
  JOIN usage_ledger AS seconds ON seconds.job_id = recent.id AND seconds.kind = 'device_seconds'
  JOIN LATERAL (SELECT sum(size) AS bytes FROM artifacts WHERE job_id = recent.id) AS files ON true
 WHERE recent.model_id = :model_id AND recent.state = 'succeeded' AND recent.twin_id IS NULL
"""
)
_REACH = 2_000


@dataclass(frozen=True, slots=True)
class Needed:
    """So many jobs of a model."""

    model: str
    jobs: int


def estimate(session: Session, workspace_id: UUID, needed: Sequence[Needed]) -> dict[str, Any]:
    """``{"device_seconds", "cpu_seconds", "bytes", "basis"}``; null where nothing is known of a model that it needs."""
    seconds: dict[str, float | None] = {"device_seconds": 0.0, "cpu_seconds": 0.0}
    size: float | None = 0.0
    measured, unknown = 0, []
    for each in needed:
        model = find(session, each.model)
        values = {"workspace_id": workspace_id, "model_id": model.id if model else None, "reach": _REACH}
        found = session.execute(_HISTORY, values).one()
        kind = "cpu_seconds" if model and _needs_no_device(model.family) else "device_seconds"
        if not found.jobs:
            unknown.append(each.model)
            seconds[kind], size = None, None
            continue
        measured += found.jobs
        known = seconds[kind]
        seconds[kind] = None if known is None else known + float(found.seconds) * each.jobs
        size = None if size is None else size + float(found.bytes or 0) * each.jobs
    return {
        **{kind: None if known is None else round(known, 1) for kind, known in seconds.items()},
        "bytes": None if size is None else round(size),
        "basis": _basis(measured, unknown),
    }


def _needs_no_device(family: Any) -> bool:
    return FAMILIES[family].queue is QueueName.COMPOSITION


def _basis(measured: int, unknown: Sequence[str]) -> str:
    known = f"measured on {measured} job{'' if measured == 1 else 's'}" if measured else ""
    if not unknown:
        return known or "nothing has to be made"
    missing = f"no history: {', '.join(unknown)} has not run in this workspace yet"
    return f"{known}; {missing}" if known else missing
