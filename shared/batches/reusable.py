"""How much of what a batch needs is there already: an equal job has succeeded, and its files are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.catalog.service import complete_input, find_model
from shared.errors import InputRefused
from shared.jobs.fingerprint import fingerprint

_REUSABLE = text(
    """
SELECT count(*) FROM unnest(CAST(:fingerprints AS bytea[])) AS wanted(fingerprint)
 WHERE EXISTS (SELECT FROM jobs
                WHERE jobs.workspace_id = :workspace_id AND jobs.fingerprint = wanted.fingerprint
                  AND jobs.state = 'succeeded'
                  AND NOT EXISTS (SELECT FROM artifacts WHERE job_id = jobs.id AND removed_at IS NOT NULL))
"""
)


def count_reusable(session: Session, workspace_id: UUID, requests: Sequence[Mapping[str, Any]]) -> int:
    """Of requests ``{"model", "input"}`` with complete inputs, how many have an equal job that can be taken over.

    One that reads files counts as new: what it reads is looked at when it is accepted.
    """
    fingerprints = [
        fingerprint(find_model(session, workspace_id, request["model"]), request["input"]) for request in requests
    ]
    if not fingerprints:
        return 0
    return session.scalar(_REUSABLE, {"fingerprints": fingerprints, "workspace_id": workspace_id}) or 0


def completed(session: Session, workspace_id: UUID, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """A request with its input as a job would keep it; as it is where no job could be made of it."""
    try:
        model = find_model(session, workspace_id, request["model"])
        job_input = complete_input(model, request["input"])
    except InputRefused:
        return request
    return {"model": request["model"], "input": job_input.model_dump(mode="json", exclude_none=True)}
