"""Uploads that somebody has sent."""

from __future__ import annotations

import tempfile
from uuid import UUID

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.storage.s3 import get_store


def sent(workspace_id: UUID, body: bytes, name: str) -> str:
    """Store a file as the web does; the upload's id."""
    with tempfile.TemporaryFile() as file:
        file.write(body)
        file.seek(0)
        with inspected(file) as found:
            return str(uploads.receive(get_store(), workspace_id, name, found).upload.id)
