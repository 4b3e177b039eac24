"""Files that a workspace has sent."""

from __future__ import annotations

import hashlib
import tempfile
from uuid import UUID

from shared.artifacts import uploads
from shared.artifacts.inspector import Inspected
from shared.artifacts.models import Upload
from shared.storage.formats import TEXT, Format
from shared.storage.s3 import get_store


def send(workspace_id: UUID, body: bytes, file_format: Format = TEXT, name: str = "sent") -> Upload:
    """Upload these bytes under a name; they are taken for what the format says."""
    md5 = hashlib.md5(body, usedforsecurity=False).digest()
    with tempfile.TemporaryFile() as file:
        file.write(body)
        found = Inspected(file_format, len(body), hashlib.sha256(body).digest(), md5, {}, file)
        return uploads.receive(get_store(), workspace_id, name, found).upload
