"""Look into a file that is sent as a table: what it is, its headings, how many rows it has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from shared.storage.formats import CSV, JSONL, Format
from shared.tables import spreadsheet
from shared.tables.csv_records import csv_records, delimiter_of
from shared.tables.encodings import encoding_of
from shared.tables.headings import MAX_COLUMNS, problem_with_headings, tidied
from shared.tables.reading import json_lines, parsed
from shared.tables.refusal import NotATable

MAX_ROWS = 1_000_000


def look(source: BinaryIO, target: BinaryIO) -> tuple[Format, dict[str, Any], bool]:
    """``(format, facts, whether it was written anew to target)``. Raises ``NotATable``.

    Facts: ``rows``, ``columns``, ``encoding``, of CSV ``delimiter``, of a spreadsheet ``sheet``.
    """
    source.seek(0)
    if source.read(4) == spreadsheet.ZIP_MAGIC:
        sheet = spreadsheet.write_csv(source, target)
        return CSV, {**_csv_facts(target, "utf-8", ","), "sheet": sheet}, True
    encoding = encoding_of(source)
    if _begins_with_an_object(source, encoding):
        return JSONL, _json_facts(source, encoding), False
    return CSV, _csv_facts(source, encoding, delimiter_of(source, encoding)), False


def _begins_with_an_object(file: BinaryIO, encoding: str) -> bool:
    lines = json_lines(file, encoding)
    first = next((line for line in lines if line is None or line.strip()), None)
    lines.close()
    return first is not None and first.lstrip().startswith("{")


def _csv_facts(file: BinaryIO, encoding: str, delimiter: str) -> dict[str, Any]:
    records = csv_records(file, encoding, delimiter)
    columns = tidied(next((record for record in records if any(record)), []))
    if (problem := problem_with_headings(columns)) is not None:
        raise NotATable(problem)
    rows = _last(number for number, record in enumerate(records, start=1) if any(record))
    return {"rows": rows, "columns": columns, "encoding": encoding, "delimiter": delimiter}


def _json_facts(file: BinaryIO, encoding: str) -> dict[str, Any]:
    """The columns are all that any row has, in the order in which they first come."""
    columns: dict[str, None] = {}

    def rows() -> Iterator[int]:
        for number, line in enumerate(json_lines(file, encoding), start=1):
            if line is not None and not line.strip():
                continue
            yield number
            columns.update(_keys(line))
            if len(columns) > MAX_COLUMNS:
                raise NotATable(f"has more than {MAX_COLUMNS} columns")

    number = _last(rows())
    if (problem := problem_with_headings(list(columns))) is not None:
        raise NotATable(problem)
    return {"rows": number, "columns": list(columns), "encoding": encoding}


def _keys(line: str | None) -> dict[str, None]:
    try:
        value = parsed(line or "null")
    except ValueError:
        return {}
    return dict.fromkeys(value) if isinstance(value, dict) else {}


def _last(numbers: Iterator[int]) -> int:
    """The last row's number. Raises ``NotATable`` where there is none, or too many."""
    last = 0
    for number in numbers:
        last = number
        if number > MAX_ROWS:
            raise NotATable(f"has more than {MAX_ROWS:,} rows")
    if not last:
        raise NotATable("has headings, and no rows below them")
    return last
