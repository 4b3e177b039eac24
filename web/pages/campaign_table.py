"""A table that was sent for a campaign, as its form shows it: what was found in it, and its first rows."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Upload
from shared.artifacts.uploads import get_upload
from shared.errors import NotFound
from shared.storage.base import Span
from shared.storage.formats import CSV, JSONL, TABLE_MEDIA_TYPES
from shared.tables.reading import read_rows
from shared.tables.rows import Row
from web.content import object_store
from web.pages.campaign_locales import NamedColumn, named_columns
from web.pages.formats import size

SAMPLE_ROWS = 5
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_NAMES = {CSV.media_type: "CSV", JSONL.media_type: "JSON lines"}
_SHOWN_CHARACTERS = 160
_BEGINNING = 512_000
"""Bytes of a table that its first rows are looked for in."""


@dataclass(frozen=True, slots=True)
class SampledTable:
    """A table and the beginning of it."""

    upload: Upload
    sample: Sequence[Row]
    """The first good rows; none where the store does not answer."""

    @property
    def headings(self) -> list[str]:
        """Every heading, in order."""
        return list(self.upload.facts["columns"])

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return int(self.upload.facts.get("rows", 0))

    @property
    def columns(self) -> list[NamedColumn]:
        """What can be chosen for a field."""
        return named_columns(self.headings)

    @property
    def words(self) -> list[str]:
        """``CSV with semicolons``, ``UTF-8``, ``24 kB``."""
        facts = self.upload.facts
        if facts.get("sheet"):
            # Kept as CSV; to whoever sent it, it is a spreadsheet.
            return ["XLSX", f"sheet “{facts['sheet']}”", size(self.upload.size)]
        kind = _NAMES.get(self.upload.media_type, "Table")
        delimiter = _DELIMITERS.get(facts.get("delimiter") or "")
        encoding = str(facts.get("encoding", ""))
        parts = [f"{kind} with {delimiter}" if delimiter else kind, _ENCODINGS.get(encoding.lower(), encoding)]
        return [*(part for part in parts if part), size(self.upload.size)]

    def cells(self, row: Row) -> list[str]:
        """A row's cells under the headings, long ones cut."""
        return [_cut(row.cells.get(heading, "")) for heading in self.headings]

    def samples(self, column: NamedColumn) -> list[str]:
        """What the first rows have in a column."""
        return [text for row in self.sample if (text := _cut(row.cells.get(column.first, "")))][:3]


def find_table(session: Session, workspace_id: UUID, upload_id: UUID) -> Upload:
    """An upload that is a table. Raises ``NotFound``."""
    upload = get_upload(session, workspace_id, upload_id)
    if upload.media_type not in TABLE_MEDIA_TYPES or "columns" not in upload.facts:
        raise NotFound("This upload is not a table.")
    return upload


def sampled(upload: Upload) -> SampledTable:
    """Read the first rows of a table, outside of any transaction. Raises ``ObjectMissing``, ``StoreUnavailable``."""
    with tempfile.TemporaryFile() as file:
        for chunk in object_store().read(upload.object_key, span=Span(0, min(upload.size, _BEGINNING))):
            file.write(chunk)
        file.seek(0)
        return SampledTable(upload, _first_rows(file, upload.facts))


def _first_rows(file: BinaryIO, facts: dict[str, Any]) -> list[Row]:
    found = (each for each in islice(read_rows(file, facts), SAMPLE_ROWS * 4) if isinstance(each, Row))
    return list(islice(found, SAMPLE_ROWS))


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN_CHARACTERS else f"{plain[:_SHOWN_CHARACTERS].rstrip()}…"
