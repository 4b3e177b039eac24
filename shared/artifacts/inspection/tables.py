"""Tables: what a person sends to have something made of every row."""

from __future__ import annotations

from typing import Any, BinaryIO

from shared.artifacts.inspection import signatures
from shared.artifacts.inspection.reading import Source
from shared.artifacts.inspection.refusal import Refused
from shared.storage.formats import SIZE_CAPS, TEXT, FileKind, Format
from shared.tables.looking import look
from shared.tables.refusal import NotATable
from shared.tables.spreadsheet import ZIP_MAGIC


def inspect_table(source: Source, target: BinaryIO) -> tuple[Format, dict[str, Any], bool]:
    """``(format, facts, whether it was written anew)``: a spreadsheet's first sheet becomes CSV. Raises ``Refused``."""
    found = signatures.format_of(source)
    if found is not TEXT and source.up_to(0, 4) != ZIP_MAGIC:
        raise Refused(f"is {found.name}, not a table: CSV, XLSX and JSON Lines are read")
    cap = SIZE_CAPS[FileKind.TABLE]
    if source.size > cap:
        raise Refused(f"has {source.size / 1e6:.1f} MB; {cap // 1_000_000} MB at most are taken of a table")
    try:
        return look(source.file, target)
    except NotATable as error:
        raise Refused(str(error)) from error
