"""Files of a workspace that a new job can read: what was sent and what was made lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from shared.artifacts.models import Artifact, Upload
from shared.artifacts.uploads import is_kept
from shared.jobs.models import Job

_LOOKED_AT = 300
"""Of each kind: a workspace with a million pictures and no sound is not searched to its beginning."""


def recent_uploads(session: Session, workspace_id: UUID, media_types: Sequence[str], limit: int) -> Sequence[Upload]:
    """The latest uploads of these types, which are written without parameters; newest first."""
    latest = select(Upload).where(is_kept(workspace_id)).order_by(Upload.id.desc()).limit(_LOOKED_AT).subquery()
    upload = aliased(Upload, latest)
    query = select(upload).where(_is_one_of(upload.media_type, media_types)).order_by(upload.id.desc())
    return session.scalars(query.limit(limit)).all()


def recent_outputs(session: Session, workspace_id: UUID, media_types: Sequence[str], limit: int) -> Sequence[Artifact]:
    """The latest outputs of these types that are still kept, newest first."""
    latest = (
        select(Artifact)
        .where(Artifact.workspace_id == workspace_id, Artifact.removed_at.is_(None))
        .order_by(Artifact.created_at.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    artifact = aliased(Artifact, latest)
    query = select(artifact).where(_is_one_of(artifact.media_type, media_types))
    return session.scalars(query.order_by(artifact.created_at.desc(), artifact.index).limit(limit)).all()


def inputs_of(session: Session, workspace_id: UUID, job_ids: Sequence[UUID]) -> Mapping[UUID, dict[str, Any]]:
    """What was asked of some jobs."""
    query = select(Job.id, Job.input).where(Job.id.in_(job_ids), Job.workspace_id == workspace_id)
    return {row.id: row.input for row in session.execute(query)}


def uploads_by_id(session: Session, workspace_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, Upload]:
    """Those of these uploads that are kept."""
    found = session.scalars(select(Upload).where(Upload.id.in_(ids), is_kept(workspace_id))) if ids else ()
    return {upload.id: upload for upload in found}


def outputs_by_id(session: Session, workspace_id: UUID, ids: Sequence[UUID]) -> Mapping[UUID, Artifact]:
    """Those of these outputs that are the workspace's own, kept or not."""
    query = select(Artifact).where(Artifact.id.in_(ids), Artifact.workspace_id == workspace_id)
    return {artifact.id: artifact for artifact in session.scalars(query)} if ids else {}


def _is_one_of(column: InstrumentedAttribute[str], media_types: Sequence[str]) -> ColumnElement[bool]:
    return func.split_part(column, ";", 1).in_(media_types)
