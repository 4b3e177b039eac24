"""A spreadsheet's first sheet as CSV: what people see in its cells, a formula as its value."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import BinaryIO

from python_calamine import CalamineError, load_workbook

from shared.tables.cells import text_of
from shared.tables.refusal import NotATable

ZIP_MAGIC = b"PK\x03\x04"
_MAX_UNZIPPED_BYTES = 1_000_000_000
_WORKBOOK = "xl/workbook.xml"


def write_csv(source: BinaryIO, target: BinaryIO) -> str:
    """Write the sheet to ``target`` as CSV in UTF-8; returns its name. Raises ``NotATable``.

    The reader holds the sheet in memory: for a process of its own.
    """
    _check_container(source)
    source.seek(0)
    try:
        workbook = load_workbook(source)
        if not workbook.sheet_names:
            raise NotATable("is an XLSX without sheets")
        name: str = workbook.sheet_names[0]
        rows = workbook.get_sheet_by_index(0).iter_rows()
        text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        for row in rows:
            writer.writerow([text_of(cell) for cell in row])
        text.detach()
    except CalamineError as error:
        raise NotATable(f"is a damaged or protected XLSX: {error}") from error
    return name


def _check_container(source: BinaryIO) -> None:
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise NotATable("is a damaged ZIP, and no XLSX") from error
    if _WORKBOOK not in {part.filename for part in parts}:
        raise NotATable("is a ZIP, and no XLSX; save the spreadsheet as XLSX or CSV")
    unzipped = sum(part.file_size for part in parts)
    if unzipped > _MAX_UNZIPPED_BYTES:
        most = f"{_MAX_UNZIPPED_BYTES // 1_000_000:,} MB at most are read"
        raise NotATable(f"is an XLSX of {unzipped / 1e6:,.0f} MB when it is unzipped; {most}")
