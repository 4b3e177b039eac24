"""Files that come with a form: each stored as an upload, each refusal at its field."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.artifacts.models import Upload
from shared.errors import FieldProblem, InputRefused
from shared.storage.formats import essence
from web.auth import current_principal
from web.content import object_store
from web.pages.form_fields import FormField
from web.pages.kept_files import takes
from web.received_file import ReceivedFile, file_of_form


def store(sent: ReceivedFile) -> Upload:
    """Look at a file and keep it, outside of any transaction. Raises ``InputRefused`` and what ``receive`` raises."""
    with inspected(sent.file) as file:
        return uploads.receive(object_store(), current_principal().workspace_id, sent.name, file).upload


def store_sent(sent: Sequence[FileStorage], field: FormField) -> tuple[list[str], list[FieldProblem]]:
    """The references of a field's files, and what is wrong with the others."""
    references, problems = [], []
    for each in sent:
        if not each.filename:
            continue  # A browser sends an empty part where nothing was chosen.
        try:
            with file_of_form(each) as received:
                upload = store(received)
        except InputRefused as refusal:
            problems += [FieldProblem(field.html_name, f"{each.filename} {one.message}") for one in refusal.problems]
            continue
        if essence(upload.media_type) in field.accepts:
            references.append(f"upload:{upload.id}")
        else:
            problems.append(FieldProblem(field.html_name, not_taken(upload, field.accepts)))
    return references, problems


def not_taken(upload: Upload, accepts: Sequence[str]) -> str:
    """Why a file of a known format is not for a field."""
    return f"{upload.file_name} is {essence(upload.media_type)}; this takes {takes(accepts).words}"
