"""The first page of a new campaign: its table is sent, or one that is here is taken."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import FileStorage

from shared.accounts.service import Scope
from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.artifacts.models import Upload
from shared.errors import InputRefused
from shared.jobs.recent_files import recent_uploads
from shared.storage.formats import SIZE_CAPS, TABLE_MEDIA_TYPES, FileKind
from web.auth import current_principal, signed_in
from web.body_limits import takes_files
from web.content import object_store
from web.pages.campaign_choices import choices_of
from web.pages.campaign_view import batch_id_of, find_campaign
from web.pages.kept_files import of_upload
from web.rate_limits import limited_submissions
from web.received_file import file_of_form
from web.transactions import tenant_session

blueprint = Blueprint("campaign_start", __name__)

_SHOWN = 6


@blueprint.get("/campaigns/new")
@signed_in(Scope.READ)
def show() -> str:
    """The form for a table."""
    return _page()


@blueprint.post("/campaigns/new")
@takes_files
@signed_in(Scope.WRITE)
@limited_submissions
def send() -> Response:
    """Keep the table that came, or take the one that was chosen, and go on with it."""
    sent = request.files.get("table")
    chosen = request.form.get("upload", "")
    try:
        upload_id = _stored(sent).id if sent is not None and sent.filename else UUID(chosen)
        return make_response(redirect(_next(upload_id, request.form.get("from", "")), code=303))
    except InputRefused as refusal:
        name = sent.filename if sent is not None else ""
        problem = " ".join(f"{name} {each.message}." for each in refusal.problems)
    except ValueError:
        problem = "Choose a table: a CSV, XLSX or JSONL file."
    return make_response(_page(problem, chosen), 422)


def _next(upload_id: UUID, source: str) -> str:
    """Where it goes on: with the choices; of an earlier campaign, with everything that was filled in for it."""
    if not source:
        return f"/campaigns/new/{upload_id}"
    with tenant_session() as session:
        batch = find_campaign(session, batch_id_of(source))
    return f"/campaigns/new/{upload_id}/fields?{choices_of(batch).query}&from={batch.id}"


def _stored(sent: FileStorage) -> Upload:
    """Look at the file as a table and keep it, outside of any transaction. Raises ``InputRefused``."""
    with file_of_form(sent) as received, inspected(received.file, FileKind.TABLE) as file:
        return uploads.receive(object_store(), current_principal().workspace_id, received.name, file).upload


def _page(problem: str = "", chosen: str = "") -> str:
    with tenant_session() as session:
        found = recent_uploads(session, current_principal().workspace_id, sorted(TABLE_MEDIA_TYPES), _SHOWN)
    return render_template(
        "campaigns/start.html",
        tab="/campaigns",
        tables=[(each.id, of_upload(each), each.facts) for each in found],
        problem=problem,
        chosen=chosen,
        source=request.values.get("from", ""),
        largest=SIZE_CAPS[FileKind.TABLE],
    )
