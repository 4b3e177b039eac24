"""The pictures that cells name: by an upload's id, by its file name, or by an https address that was fetched."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared.artifacts.models import Upload
from shared.artifacts.uploads import is_kept
from shared.storage.formats import FileKind, essence, media_types
from shared.tables.rows import Row

FOUND = "@"
"""Begins the name of a cell that holds the id of the upload that a column's cell means."""
REFUSED = "!"
"""Begins the name of a cell that says why there is none."""
_PICTURES = frozenset(media_types(FileKind.IMAGE))
_ADDRESSES = ("https://", "http://")


def is_address(value: str) -> bool:
    """Whether a cell names a picture on the web."""
    return value.lower().startswith(_ADDRESSES)


def with_pictures(session: Session, workspace_id: UUID, rows: Sequence[Row], columns: Collection[str]) -> Sequence[Row]:
    """The rows with the upload of every picture that they name, or the reason why there is none. One query."""
    named = {
        value
        for row in rows
        for column in columns
        if FOUND + column not in row.cells and (value := row.cells.get(column, "").strip()) and not is_address(value)
    }
    by_id, by_name = _uploads(session, workspace_id, named) if named else ({}, {})
    return [_prepared(row, columns, by_id, by_name) for row in rows]


def _prepared(row: Row, columns: Collection[str], by_id: Mapping[UUID, Upload], by_name: Mapping[str, Upload]) -> Row:
    added: dict[str, str] = {}
    for column in columns:
        value = row.cells.get(column, "").strip()
        if not value or FOUND + column in row.cells or REFUSED + column in row.cells:
            continue
        upload = by_id.get(upload_id) if (upload_id := _as_id(value)) is not None else by_name.get(value)
        if upload is None:
            added[REFUSED + column] = _not_there(value)
        elif essence(upload.media_type) not in _PICTURES:
            added[REFUSED + column] = f"{value!r} is {essence(upload.media_type)}, not a picture"
        else:
            added[FOUND + column] = str(upload.id)
    return Row(row.number, {**row.cells, **added}) if added else row


def _not_there(value: str) -> str:
    if is_address(value):
        if value.lower().startswith("http://"):
            return "is an address without encryption; pictures are fetched by https:// alone"
        return "is on the web: such pictures are fetched while a table is planned; send the file and name it instead"
    if _as_id(value) is not None:
        return f"there is no upload {value} in this workspace"
    return f"no upload of this workspace is called {value[:100]!r}; send the file first, or write its https:// address"


def _uploads(
    session: Session, workspace_id: UUID, named: Collection[str]
) -> tuple[dict[UUID, Upload], dict[str, Upload]]:
    """By id and by file name; of several with one name the newest."""
    ids = {upload_id for value in named if (upload_id := _as_id(value)) is not None}
    query = (
        select(Upload)
        .where(is_kept(workspace_id), or_(Upload.id.in_(ids), Upload.file_name.in_(named)))
        .order_by(Upload.id)
    )
    found = session.scalars(query).all()
    return {upload.id: upload for upload in found}, {upload.file_name: upload for upload in found}


def _as_id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
