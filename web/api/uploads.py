"""Uploads: files that jobs read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from sqlalchemy.orm import Session

from shared.accounts.service import Scope
from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.artifacts.models import Upload
from shared.clock import iso
from shared.config import get_settings
from shared.storage.formats import FORMATS, TABLES, FileKind
from web.api.schemas import uploads as schemas
from web.auth import api_key, current_principal
from web.content import object_store, stream_file
from web.openapi import IF_NONE_MATCH, RANGE, accepts_body, accepts_headers
from web.rate_limits import limited_submissions
from web.received_file import FIELD, received_file
from web.transactions import tenant_session, transactional

blueprint = APIBlueprint("uploads", __name__, url_prefix="/api/v1/uploads", tag="Uploads")

_FILE: dict[str, Any] = {"type": "string", "format": "binary"}
_BODY: dict[str, Any] = {
    "description": "The file: as the field `file` of a form, or as the whole body. What it is is read from its bytes.",
    "content": {
        "multipart/form-data": {
            "schema": {"type": "object", "properties": {FIELD: _FILE}, "required": [FIELD]},
        },
        **{each.media_type.partition(";")[0]: {"schema": _FILE} for each in (*FORMATS, *TABLES)},
        "application/octet-stream": {"schema": _FILE},
    },
}
_CONTENT_DISPOSITION: dict[str, Any] = {
    "name": "Content-Disposition",
    "in": "header",
    "description": "Where the file is the whole body: what it is called.",
    "schema": {"type": "string"},
    "example": 'attachment; filename="logo.png"',
}
_BINARY = {"application/octet-stream": {"schema": _FILE}}
_CONTENT: dict[int | str, Any] = {
    200: {"description": "The whole file, in its own media type.", "content": _BINARY},
    206: {"description": "The range that was asked for.", "content": _BINARY},
    304: {"description": "You have it already."},
    416: {"description": "The file has no such range."},
}


@blueprint.post("")
@api_key(Scope.WRITE)
@limited_submissions
@accepts_body(_BODY)
@blueprint.input(schemas.UploadOptions, location="query", arg_name="options")
@blueprint.output(schemas.Upload, 201, description="The upload is stored.")
@blueprint.doc(
    responses={
        200: "The workspace has this file already: the same upload.",
        409: "The file is being removed at this moment; send it again.",
        413: "The body is larger than 500 MB.",
        429: "Too many submissions.",
    }
)
@accepts_headers(_CONTENT_DISPOSITION)
def upload(options: schemas.UploadOptions) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Upload a file

    PNG, JPEG and WebP pictures (32 MB, 64 megapixels), WAV, FLAC, Ogg, MP3 and M4A sound (200 MB), MIDI (1 MB), MP4 and
    WebM video (500 MB), UTF-8 text (2 MB). A picture is stored as PNG, upright and without metadata; anything else as
    it came. The same file twice is one upload. It is removed when no job has used it for 30 days.

    With `as=table` a table is taken (500 MB, 1,000,000 rows): CSV with any delimiter, in UTF-8, UTF-16 or Windows-1252;
    the first sheet of an XLSX, which is stored as CSV; or JSON Lines. `facts` say how it was read.
    """
    expected = FileKind.TABLE if options.read_as == "table" else None
    with received_file() as sent, inspected(sent.file, expected) as file:
        received = uploads.receive(object_store(), current_principal().workspace_id, sent.name, file)
    document = _document(received.upload)
    return document, 201 if received.is_new else 200, {"Location": document["urls"]["self"]}


@blueprint.get("")
@api_key(Scope.READ)
@blueprint.input(schemas.UploadQuery, location="query", arg_name="query")
@transactional
@blueprint.output(schemas.UploadPage, description="Some of the uploads.")
def list_uploads(query: schemas.UploadQuery, session: Session) -> dict[str, Any]:
    """List uploads

    Newest first, a page at a time: pass `next_cursor` as `cursor` for the next one.
    """
    found = uploads.list_uploads(session, current_principal().workspace_id, query.limit + 1, query.cursor)
    page = found[: query.limit]
    return {
        "items": [_document(each) for each in page],
        "next_cursor": str(page[-1].id) if len(found) > query.limit else None,
    }


@blueprint.get("/<uuid:upload_id>")
@api_key(Scope.READ)
@transactional
@blueprint.output(schemas.Upload, description="The upload.")
def get_upload(upload_id: UUID, session: Session) -> dict[str, Any]:
    """Look at an upload

    What it is, and until when it is kept.
    """
    return _document(uploads.get_upload(session, current_principal().workspace_id, upload_id))


@blueprint.get("/<uuid:upload_id>/content")
@api_key(Scope.READ)
@blueprint.doc(responses=_CONTENT)
@accepts_headers(RANGE, IF_NONE_MATCH)
def content(upload_id: UUID) -> Response:
    """Get an upload's bytes

    As they are stored. `ETag` is the SHA-256; one range can be asked for. With `?download=1` it comes as an
    attachment.
    """
    with tenant_session() as session:
        found = uploads.get_upload(session, current_principal().workspace_id, upload_id)
    return stream_file(found, found.file_name)


@blueprint.delete("/<uuid:upload_id>")
@api_key(Scope.WRITE)
@blueprint.doc(responses={204: "It is gone."})
def remove(upload_id: UUID) -> Response:
    """Remove an upload

    At once. A job that names it and has not begun will fail for want of it.
    """
    uploads.remove(object_store(), current_principal().workspace_id, upload_id)
    return Response(status=204)


def _document(found: Upload) -> dict[str, Any]:
    base = f"{get_settings().public_url.rstrip('/')}/api/v1/uploads/{found.id}"
    return {
        "id": str(found.id),
        "file_name": found.file_name,
        "media_type": found.media_type,
        "size": found.size,
        "sha256": found.sha256.hex(),
        "facts": found.facts,
        "created_at": iso(found.created_at),
        "expires_at": iso(found.expires_at),
        "urls": {"self": base, "content": f"{base}/content"},
    }
