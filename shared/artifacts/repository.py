"""Queries on artifacts."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.errors import NotFound


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
