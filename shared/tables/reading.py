"""Read a table that was looked into: row by row, never all in memory."""

from __future__ import annotations

import io
import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from shared.tables.cells import checked, text_of
from shared.tables.csv_records import csv_records
from shared.tables.rows import Row, RowProblem

_LONGEST_LINE = 16_000_000
"""Characters of one JSON object."""


def read_rows(file: BinaryIO, facts: Mapping[str, Any], after: int = 0) -> Iterator[Row | RowProblem]:
    """The rows behind number ``after``, in order, and what is wrong with those that are bad; blank ones are left out.

    ``facts`` are those of the upload: ``columns``, ``encoding`` and, of CSV, ``delimiter``.
    """
    columns: list[str] = facts["columns"]
    if "delimiter" in facts:
        records = csv_records(file, facts["encoding"], facts["delimiter"])
        return _csv_rows(records, columns, after)
    return _json_rows(file, facts["encoding"], columns, after)


def _csv_rows(records: Iterator[list[str]], columns: Sequence[str], after: int) -> Iterator[Row | RowProblem]:
    heading = next((record for record in records if any(record)), None)
    if heading is None:
        return
    width = len(columns)
    empty = ("",) * width
    for number, record in enumerate(records, start=1):
        if number <= after or not any(record):
            continue
        if len(record) > width and any(record[width:]):
            more = f"has {len(record)} cells; the table has {width} columns"
            yield RowProblem(number, "", "too_many_cells", more)
            continue
        cells = dict(zip(columns, (*record, *empty[len(record) :]), strict=False))
        yield from checked(number, cells)


def json_lines(file: BinaryIO, encoding: str) -> Generator[str | None, None, None]:
    """Every line from the beginning, none where it is too long to be read. The file stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="\n")
    try:
        while line := text.readline(_LONGEST_LINE):
            if len(line) < _LONGEST_LINE:
                yield line
                continue
            while (rest := text.readline(_LONGEST_LINE)) and not rest.endswith("\n"):
                pass
            yield None
    finally:
        text.detach()


def parsed(line: str) -> Any:
    """The JSON value of a line. Raises ``ValueError``."""
    try:
        return json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _json_rows(file: BinaryIO, encoding: str, columns: Sequence[str], after: int) -> Iterator[Row | RowProblem]:
    for number, line in enumerate(json_lines(file, encoding), start=1):
        if number <= after or (line is not None and not line.strip()):
            continue
        if line is None:
            yield RowProblem(number, "", "too_long", f"has more than {_LONGEST_LINE:,} characters")
            continue
        try:
            value = parsed(line)
        except ValueError as error:
            yield RowProblem(number, "", "not_json", f"is no JSON: {error}")
            continue
        if not isinstance(value, dict):
            yield RowProblem(number, "", "not_an_object", "is no JSON object of columns and cells")
            continue
        yield from _json_row(number, value, columns)


def _json_row(number: int, value: Mapping[str, Any], columns: Sequence[str]) -> Iterator[Row | RowProblem]:
    cells = {column: text_of(value.get(column)) for column in columns}
    nested = [column for column, text in cells.items() if text is None]
    for column in nested:
        what = "a list" if isinstance(value[column], list) else "an object"
        message = f"is {what}; a cell is text, a number, true, false or null"
        yield RowProblem(number, column, "not_a_cell", message)
    if not nested:
        yield from checked(number, {column: text or "" for column, text in cells.items()})
