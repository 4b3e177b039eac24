"""Artifacts for the pages: the same bytes as the API's, behind the session cookie."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response

from shared.accounts.service import Scope
from shared.artifacts.repository import get_artifact
from web.auth import current_principal, signed_in
from web.content import stream
from web.transactions import tenant_session

blueprint = Blueprint("artifact_pages", __name__)


@blueprint.get("/artifacts/<uuid:artifact_id>")
@signed_in(Scope.READ)
def content(artifact_id: UUID) -> Response:
    """The file; ``?download`` makes it an attachment."""
    with tenant_session() as session:
        artifact = get_artifact(session, current_principal().workspace_id, artifact_id)
    return stream(artifact)
