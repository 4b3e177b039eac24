"""The text of a cell, and what may be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from shared.tables.rows import Row, RowProblem

MAX_CELL_CHARACTERS = 10_000
# What Excel shows of a number at most: 0.1 + 0.2 is 0.3 to whoever typed it.
_SIGNIFICANT_DIGITS = 15
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def text_of(value: Any) -> str | None:
    """A value of a spreadsheet or of JSON as a person would write it; none where it is no value of a cell.

    Numbers without an exponent (``12``, ``9.99``), dates and times as ISO 8601, ``true`` and ``false``.
    """
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) else _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else None


def _number(value: float) -> str:
    text = f"{Decimal(f'{value:.{_SIGNIFICANT_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def problem_of(text: str) -> tuple[str, str] | None:
    """``(code, message)`` of what is wrong with a cell's text."""
    if len(text) > MAX_CELL_CHARACTERS:
        return "too_long", f"has more than {MAX_CELL_CHARACTERS:,} characters, which is the most that a cell may have"
    if (strange := _NOT_TEXT.search(text)) is not None:
        code = ord(strange[0])
        if code == 0:
            return "control_character", "contains a NUL character, which is not text"
        return "control_character", f"contains the control character U+{code:04X}, which is not text"
    return None


def checked(number: int, cells: Mapping[str, str]) -> Iterator[Row | RowProblem]:
    """The row, or what is wrong with each of its bad cells."""
    problems = [
        RowProblem(number, column, *problem)
        for column, text in cells.items()
        # Nearly every cell is short and printable: the rest is looked at more closely.
        if not (text.isprintable() and len(text) <= MAX_CELL_CHARACTERS) and (problem := problem_of(text)) is not None
    ]
    if problems:
        yield from problems
    else:
        yield Row(number, cells)
