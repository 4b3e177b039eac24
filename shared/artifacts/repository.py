"""Queries on artifacts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.errors import NotFound

# One parameter, whatever the number of rows: thousands of them take longer to write down than to insert.
_INSERT = text(
    """
INSERT INTO artifacts (id, workspace_id, job_id, index, object_key, media_type, size, sha256, facts)
SELECT id, workspace_id, job_id, index, object_key, media_type, size, decode(sha256, 'hex'), facts
  FROM json_to_recordset(CAST(:rows AS json))
    AS artifact (id uuid, workspace_id uuid, job_id uuid, index int, object_key text, media_type text, size bigint,
                 sha256 text, facts jsonb)
"""
)


def insert(session: Session, artifacts: Sequence[Artifact]) -> None:
    """Write new artifacts in one statement. The objects stay outside of the session."""
    rows = [
        {
            "id": str(artifact.id),
            "workspace_id": str(artifact.workspace_id),
            "job_id": str(artifact.job_id),
            "index": artifact.index,
            "object_key": artifact.object_key,
            "media_type": artifact.media_type,
            "size": artifact.size,
            "sha256": artifact.sha256.hex(),
            "facts": artifact.facts,
        }
        for artifact in artifacts
    ]
    if rows:
        session.execute(_INSERT, {"rows": json.dumps(rows, ensure_ascii=False)})


def get_artifact(session: Session, workspace_id: UUID, artifact_id: UUID) -> Artifact:
    """One output of a workspace. Raises ``NotFound``, also for somebody else's."""
    query = select(Artifact).where(Artifact.id == artifact_id, Artifact.workspace_id == workspace_id)
    artifact = session.scalar(query)
    if artifact is None:
        raise NotFound("There is no such artifact in this workspace.")
    return artifact


def kept_keys(session: Session, object_keys: Sequence[str]) -> frozenset[str]:
    """Those of these objects that some artifact still needs."""
    query = select(Artifact.object_key).where(Artifact.object_key.in_(object_keys), Artifact.removed_at.is_(None))
    return frozenset(session.scalars(query))


def file_name(artifact: Artifact) -> str:
    """What a download is called: the job's id, the index and the right ending."""
    return f"{artifact.job_id}-{artifact.index}.{artifact.object_key.rsplit('.', 1)[-1]}"
