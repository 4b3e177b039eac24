"""Charge jobs for what they used: one row a kind, once a job."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.identifiers import new_id

# One parameter, whatever the number of rows: thousands of them take longer to write down than to insert.
_INSERT = text(
    """
INSERT INTO usage_ledger (id, workspace_id, job_id, kind, quantity)
SELECT id, workspace_id, job_id, kind, quantity
  FROM json_to_recordset(CAST(:rows AS json))
    AS entry (id uuid, workspace_id uuid, job_id uuid, kind text, quantity numeric)
"""
)


@dataclass(frozen=True, slots=True)
class Charge:
    """What one job used."""

    workspace_id: UUID
    job_id: UUID
    device_seconds: float
    artifacts: int


def charge(session: Session, charges: Sequence[Charge]) -> None:
    """Write the charges in one statement. Raises ``IntegrityError`` for a job that was charged before."""
    rows = [
        {
            "id": str(new_id()),
            "workspace_id": str(one.workspace_id),
            "job_id": str(one.job_id),
            "kind": kind,
            "quantity": quantity,
        }
        for one in charges
        for kind, quantity in (("device_seconds", round(one.device_seconds, 6)), ("artifacts", one.artifacts))
    ]
    if rows:
        session.execute(_INSERT, {"rows": json.dumps(rows)})
