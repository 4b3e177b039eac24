"""Records of a CSV file (RFC 4180, with any delimiter), one after another, however long a cell is.

The standard library reads them. A record that is too long to be held is read once more by ``LongRecord``, which keeps
the beginning of each cell: enough to say which one is too long.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from shared.tables.cells import MAX_CELL_CHARACTERS
from shared.tables.headings import MAX_COLUMNS

DELIMITERS = ",;\t|"
_LONGEST_HELD = 1_000_000
_PIECE = 65_536
csv.field_size_limit(_LONGEST_HELD + 1)


class _TooLongToHold(Exception):
    """The record that is being read goes on and on."""


class _Lines:
    """The lines of a file as ``csv`` asks for them, none beyond what a record may have in memory."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.held: list[str] = []
        self._length = 0

    def begin_record(self) -> None:
        """Forget the lines of the record before."""
        self.held.clear()
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_HELD)
        if not line:
            raise StopIteration
        self.held.append(line)
        self._length += len(line)
        if self._length >= _LONGEST_HELD:
            raise _TooLongToHold
        return line


def csv_records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """Every record from the beginning, a blank line as an empty one. The file stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        lines = _Lines(text)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.begin_record()
            try:
                yield next(reader)
            except _TooLongToHold:
                yield LongRecord(text, delimiter).read(lines.held)
                reader = csv.reader(lines, delimiter=delimiter)
            except StopIteration:
                return
    finally:
        text.detach()


def delimiter_of(file: BinaryIO, encoding: str) -> str:
    """The delimiter that makes the most columns of the first line that is not blank; a comma where none does."""

    def columns(delimiter: str) -> int:
        return len(next((record for record in csv_records(file, encoding, delimiter) if any(record)), []))

    return max(DELIMITERS, key=columns)


class LongRecord:
    """One record of any length: of each cell the first characters, one more than it may have."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._plain = re.compile(f"[{re.escape(delimiter)}\r\n]")
        self._cells: list[str] = []
        self._cell: list[str] = []
        self._kept = 0
        self._state = self._at_start

    def read(self, held: list[str]) -> list[str]:
        """The cells, given the pieces that were read already; the text stands behind the record then."""
        for piece in self._pieces(held):
            at = 0
            while at < len(piece):
                at = self._state(piece, at)
                if at < 0:
                    return self._cells
        self._end_cell()
        return self._cells

    def _pieces(self, held: list[str]) -> Iterator[str]:
        yield from held
        while piece := self._text.readline(_PIECE):
            yield piece

    def _at_start(self, piece: str, at: int) -> int:
        if piece[at] == '"':
            self._state = self._quoted
            return at + 1
        self._state = self._unquoted
        return at

    def _unquoted(self, piece: str, at: int) -> int:
        end = self._plain.search(piece, at)
        if end is None:
            self._keep(piece[at:])
            return len(piece)
        self._keep(piece[at : end.start()])
        self._end_cell()
        self._state = self._at_start
        return end.end() if end[0] == self._delimiter else -1

    def _quoted(self, piece: str, at: int) -> int:
        end = piece.find('"', at)
        if end < 0:
            self._keep(piece[at:])
            return len(piece)
        self._keep(piece[at:end])
        self._state = self._after_quote
        return end + 1

    def _after_quote(self, piece: str, at: int) -> int:
        if piece[at] == '"':
            self._keep('"')
            self._state = self._quoted
            return at + 1
        self._state = self._unquoted
        return at

    def _keep(self, text: str) -> None:
        room = MAX_CELL_CHARACTERS + 1 - self._kept
        if room > 0 and text:
            self._cell.append(text[:room])
            self._kept += min(room, len(text))

    def _end_cell(self) -> None:
        # One cell more than a table has columns says that there are too many.
        if len(self._cells) <= MAX_COLUMNS:
            self._cells.append("".join(self._cell))
        elif self._kept:
            self._cells[-1] = "".join(self._cell)
        self._cell, self._kept = [], 0
