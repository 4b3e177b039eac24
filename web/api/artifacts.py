"""Artifacts: what jobs made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.artifacts.repository import file_name, get_artifact
from shared.jobs.document import artifact_document
from web.api.schemas import artifacts as schemas
from web.auth import api_key, current_principal
from web.content import object_store, stream
from web.openapi import IF_NONE_MATCH, RANGE, accepts_headers
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("artifacts", __name__, url_prefix="/api/v1/artifacts", tag="Artifacts")

_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_CONTENT: dict[int | str, Any] = {
    200: {"description": "The whole file, in its own media type.", "content": _BINARY},
    206: {"description": "The range that was asked for.", "content": _BINARY},
    304: {"description": "You have it already."},
    410: {"description": "The workspace no longer keeps the file."},
    416: {"description": "The file has no such range."},
}


@blueprint.get("/<uuid:artifact_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Artifact, description="The artifact.")
def describe(artifact_id: UUID, session: Session) -> dict[str, Any]:
    """Look at an artifact

    `download_url` is a link to the object store that works without a key for five minutes. It is null once the
    workspace no longer keeps the file, as `removed_at` says.
    """
    artifact = get_artifact(session, current_principal().workspace_id, artifact_id)
    link = None
    if artifact.removed_at is None:
        link = object_store().link(artifact.object_key, file_name(artifact), artifact.media_type)
    return {**artifact_document(artifact), "job_id": str(artifact.job_id), "download_url": link}


@blueprint.get("/<uuid:artifact_id>/content")
@api_key(Scope.READ)
@blueprint.doc(responses=_CONTENT)
@accepts_headers(RANGE, IF_NONE_MATCH)
def content(artifact_id: UUID) -> Response:
    """Get an artifact's bytes

    From this server, with the API key and without a redirect. `ETag` is the SHA-256; one range can be asked
    for. With `?download=1` it comes as an attachment.
    """
    with tenant_session() as session:
        artifact = get_artifact(session, current_principal().workspace_id, artifact_id)
    return stream(artifact)
