"""What a batch has made: its files in order, and the list of its items. Nothing is in memory as a whole.

Read page by page in transactions of their own, so that nobody holds one while files travel.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact
from shared.batches import repository
from shared.batches.file_names import FileNames
from shared.batches.models import BatchItem
from shared.batches.repository import ItemFilter, ItemView
from shared.batches.states import ReviewState
from shared.clock import iso
from shared.db import session_scope
from shared.jobs.repository import artifacts_of
from shared.jobs.states import JobState

PAGE = 200
# What a spreadsheet would take for a formula, or for the end of a cell.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
MANIFEST_COLUMNS = (
    "row",
    "custom_id",
    "template",
    "size",
    "locale",
    "state",
    "file",
    "media_type",
    "bytes",
    "sha256",
    "width",
    "height",
    "review",
    "review_reason",
    "attempt",
    "job",
    "artifact",
    "error_code",
    "error_message",
    "reviewed_at",
)


@dataclass(frozen=True, slots=True)
class ResultFile:
    """One file that came out, and what it is called."""

    name: str
    item: BatchItem
    artifact: Artifact


@dataclass(frozen=True, slots=True)
class _Line:
    """An item, and its files."""

    view: ItemView
    files: Sequence[ResultFile]


def result_files(
    workspace_id: UUID,
    batch_id: UUID,
    *,
    only_approved: bool = False,
    pattern: str | None = None,
    after: UUID | None = None,
) -> Iterator[ResultFile]:
    """Every file that is kept, in the order of the items, behind item ``after``. Raises ``NotFound``."""
    succeeded = ItemFilter(state=JobState.SUCCEEDED.value, review=ReviewState.APPROVED if only_approved else None)
    for line in _lines(workspace_id, batch_id, succeeded, pattern, after):
        yield from line.files


def manifest(
    workspace_id: UUID, batch_id: UUID, *, only_approved: bool = False, pattern: str | None = None
) -> Iterator[dict[str, Any]]:
    """A row a file, and one for each item that has none. Raises ``NotFound``."""
    wanted = ItemFilter(review=ReviewState.APPROVED if only_approved else None)
    for line in _lines(workspace_id, batch_id, wanted, pattern, None):
        if not line.files:
            yield _row(line.view, None)
        for file in line.files:
            yield _row(line.view, file)


def as_csv(rows: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    """A manifest as CSV in UTF-8, piece by piece. No cell of it is a formula in any spreadsheet."""
    yield _csv_line(MANIFEST_COLUMNS)
    for row in rows:
        yield _csv_line([_plain(row.get(column)) for column in MANIFEST_COLUMNS])


def as_jsonl(rows: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    """A manifest as JSON Lines, piece by piece."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _lines(
    workspace_id: UUID, batch_id: UUID, wanted: ItemFilter, pattern: str | None, after: UUID | None
) -> Iterator[_Line]:
    with session_scope(workspace_id) as session:
        names = FileNames(session, repository.get_batch(session, workspace_id, batch_id), pattern)
    while True:
        with session_scope(workspace_id) as session:
            page = _page(session, batch_id, wanted, names, after)
        if not page:
            return
        yield from page
        after = page[-1].view.item.id


def _page(
    session: Session, batch_id: UUID, wanted: ItemFilter, names: FileNames, after: UUID | None
) -> Sequence[_Line]:
    views = repository.items(session, batch_id, wanted, after, PAGE)
    of_job = artifacts_of(session, [view.item.job_id for view in views if view.item.job_id is not None])
    return [_line(view, of_job.get(view.item.job_id, ()) if view.item.job_id else (), names) for view in views]


def _line(view: ItemView, artifacts: Sequence[Artifact], names: FileNames) -> _Line:
    kept = [artifact for artifact in artifacts if artifact.removed_at is None]
    outputs = len(artifacts)
    return _Line(view, [ResultFile(names.name(view.item, each, outputs), view.item, each) for each in kept])


def _row(view: ItemView, file: ResultFile | None) -> dict[str, Any]:
    item, artifact = view.item, file.artifact if file else None
    facts = artifact.facts if artifact else {}
    return {
        "row": item.row,
        "custom_id": item.custom_id,
        "template": item.template,
        "size": item.size,
        "locale": item.locale,
        "state": view.state,
        "file": file.name if file else None,
        "media_type": artifact.media_type if artifact else None,
        "bytes": artifact.size if artifact else None,
        "sha256": artifact.sha256.hex() if artifact else None,
        "width": facts.get("width"),
        "height": facts.get("height"),
        "review": item.review.value,
        "review_reason": item.review_reason,
        "attempt": item.attempt,
        "job": str(item.job_id) if item.job_id else None,
        "artifact": str(artifact.id) if artifact else None,
        "error_code": view.error_code,
        "error_message": view.error_message,
        "reviewed_at": iso(item.reviewed_at),
    }


def _plain(value: Any) -> str:
    """A cell that a spreadsheet takes for text: one that would be a formula begins with an apostrophe."""
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _csv_line(cells: Sequence[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue().encode()
