"""A workspace's uploads, as the client sees them: ``client.uploads``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from shared.client.documents import Document
from shared.client.transport import Transport

_UPLOADS = "/api/v1/uploads"
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that jobs can read. ``size`` in bytes, ``sha256`` in hexadecimal, both of what is stored."""

    id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    facts: Mapping[str, Any]
    created_at: datetime
    expires_at: datetime
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Upload:
        """The upload that ``document`` describes."""
        return cls(
            id=document["id"],
            file_name=document["file_name"],
            media_type=document["media_type"],
            size=document["size"],
            sha256=document["sha256"],
            facts=document["facts"],
            created_at=datetime.fromisoformat(document["created_at"]),
            expires_at=datetime.fromisoformat(document["expires_at"]),
            document=document,
        )

    @property
    def reference(self) -> dict[str, str]:
        """What stands for the file in a job's input."""
        return {"upload": self.id}


class Uploads:
    """Send, list and remove files. Every method raises ``RequestRefused`` and ``ServerUnreachable``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, path: Path) -> Upload:
        """Send a file, chunk by chunk; the same file again is the same upload. Raises ``OSError``, too.

        A file that the server cannot take raises ``RequestRefused`` with the reason.
        """
        return self._send(path, _UPLOADS)

    def add_table(self, path: Path) -> Upload:
        """Send a CSV, XLSX or JSONL file whose rows a batch or a campaign is made of; otherwise as ``add``."""
        return self._send(path, f"{_UPLOADS}?as=table")

    def get(self, upload_id: str) -> Upload:
        """The upload as it is now."""
        return Upload.from_json(self._transport.get(f"{_UPLOADS}/{upload_id}"))

    def list(self) -> Iterator[Upload]:
        """The workspace's uploads, newest first; pages are fetched as they are needed."""
        cursor = None
        while True:
            params: dict[str, str | int] = {"limit": _PAGE}
            if cursor is not None:
                params["cursor"] = cursor
            page = self._transport.get(_UPLOADS, params)
            yield from map(Upload.from_json, page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def remove(self, upload_id: str) -> None:
        """Remove a file. A job that names it and has not begun fails for want of it."""
        self._transport.delete(f"{_UPLOADS}/{upload_id}")

    def _send(self, path: Path, address: str) -> Upload:
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name, safe='')}"}
        return Upload.from_json(self._transport.post_file(address, path, headers))
