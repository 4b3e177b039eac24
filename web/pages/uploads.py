"""Uploads for the pages: sent by a form's script one at a time, and shown, behind the session cookie."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from shared.accounts.service import Scope
from shared.artifacts.uploads import get_upload
from shared.errors import InputRefused
from shared.storage.formats import essence
from web.auth import current_principal, signed_in
from web.body_limits import takes_files
from web.content import stream_file
from web.pages.kept_files import of_upload
from web.pages.sent_files import not_taken, store
from web.rate_limits import limited_submissions
from web.received_file import FIELD, received_file
from web.transactions import tenant_session

blueprint = Blueprint("upload_pages", __name__)


@blueprint.post("/uploads")
@takes_files
@signed_in(Scope.WRITE)
@limited_submissions
def add() -> str:
    """Store the body. The reply is the file as the form's ``?field=`` shows it, chosen.

    ``accepts`` names the media types that the field takes; ``fragment`` has errors answered as JSON.
    """
    with received_file() as sent:
        upload = store(sent)
    accepts = request.args.getlist("accepts")
    if accepts and essence(upload.media_type) not in accepts:
        raise InputRefused.of(FIELD, not_taken(upload, accepts))
    return render_template(
        "kept_file.html",
        file=of_upload(upload),
        name=request.args.get("field", FIELD),
        multiple="multiple" in request.args,
    )


@blueprint.get("/uploads/<uuid:upload_id>")
@signed_in(Scope.READ)
def content(upload_id: UUID) -> Response:
    """The file; ``?download`` makes it an attachment."""
    with tenant_session() as session:
        upload = get_upload(session, current_principal().workspace_id, upload_id)
    return stream_file(upload, upload.file_name)
