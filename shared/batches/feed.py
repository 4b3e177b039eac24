"""The rows of a batch, some at a time: from its table, or as they are kept in the database."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.artifacts import uploads
from shared.artifacts.models import Upload
from shared.batches.models import Batch, BatchProblem, BatchRow
from shared.db import session_scope
from shared.errors import NotFound
from shared.storage.base import ObjectStore
from shared.tables.headings import KEPT_PREFIXES
from shared.tables.reading import read_rows
from shared.tables.rows import Row, RowProblem


@dataclass(slots=True)
class Chunk:
    """Rows that follow one another, and what is wrong with those of them that are bad."""

    last: int
    """The number of the last row."""
    rows: list[Row] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


class Feed(Protocol):
    """Where a batch's rows come from."""

    rows: int
    """The number of the last row."""

    def chunks(self, after: int, size: int) -> Iterator[Chunk]:
        """All rows behind number ``after``, about ``size`` at a time."""
        ...


class TableFeed:
    """The rows of an uploaded table, streamed from a local copy of it."""

    def __init__(self, file: BinaryIO, facts: Mapping[str, Any]) -> None:
        self._file = file
        self._facts = facts
        self.rows: int = facts["rows"]

    def chunks(self, after: int, size: int) -> Iterator[Chunk]:
        """All rows behind number ``after``, ``size`` rows at a time."""
        chunk, numbers = Chunk(after), 0
        for each in read_rows(self._file, self._facts, after):
            if each.number != chunk.last:
                if numbers == size:
                    yield chunk
                    chunk, numbers = Chunk(each.number), 0
                chunk.last, numbers = each.number, numbers + 1
            if isinstance(each, Row):
                chunk.rows.append(each)
            else:
                chunk.problems.append(each)
        if numbers:
            yield chunk


class KeptFeed:
    """Rows that are kept with the batch. Those that something is wrong with are left out, and counted."""

    def __init__(self, workspace_id: UUID, batch_id: UUID, rows: int) -> None:
        self._workspace_id = workspace_id
        self._batch_id = batch_id
        self.rows = rows

    def chunks(self, after: int, size: int) -> Iterator[Chunk]:
        """All rows behind number ``after``, in transactions of their own."""
        while True:
            with session_scope(self._workspace_id) as session:
                found = self._page(session, after, size)
            if not found:
                return
            after = found[-1][0].number
            yield Chunk(after, [Row(row.number, row.cells) for row, is_bad in found if not is_bad])

    def _page(self, session: Session, after: int, size: int) -> list[tuple[BatchRow, bool]]:
        wrong = select(BatchProblem.row).where(
            BatchProblem.batch_id == self._batch_id, BatchProblem.row == BatchRow.number
        )
        query = (
            select(BatchRow, wrong.exists())
            .where(BatchRow.batch_id == self._batch_id, BatchRow.number > after)
            .order_by(BatchRow.number)
            .limit(size)
        )
        return [(row, is_bad) for row, is_bad in session.execute(query)]


def columns_of(session: Session, batch: Batch) -> list[str]:
    """The headings of a batch's rows."""
    if batch.table_facts is not None:
        columns: list[str] = batch.table_facts["columns"]
        return columns
    keys = select(func.jsonb_object_keys(BatchRow.cells)).where(BatchRow.batch_id == batch.id).distinct()
    return sorted(key for key in session.scalars(keys) if not key.startswith(KEPT_PREFIXES))


def kept_feed(session: Session, batch: Batch) -> KeptFeed:
    """The rows that are kept with a batch."""
    last = session.scalar(select(func.max(BatchRow.number)).where(BatchRow.batch_id == batch.id))
    return KeptFeed(batch.workspace_id, batch.id, last or 0)


def table_of(session: Session, batch: Batch) -> Upload | None:
    """The uploaded table of a batch; none where its rows came with the request.

    Raises ``NotFound`` when it is no longer kept.
    """
    if batch.table_facts is None:
        return None
    if batch.upload_id is None:
        raise NotFound("The table is no longer kept.")
    return uploads.get_upload(session, batch.workspace_id, batch.upload_id)


def local_copy(store: ObjectStore, upload: Upload) -> BinaryIO:
    """The table in a temporary file without a name. Raises ``ObjectMissing``."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - its reader closes it
    try:
        for chunk in store.read(upload.object_key, chunk_size=1 << 20):
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    return file
