"""Input files: kept by their content, once in a workspace, until nobody has used them for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.artifacts.inspector import Inspected
from shared.artifacts.models import Upload
from shared.artifacts.upload_states import UploadState, may_become
from shared.db import session_scope
from shared.errors import BottegaError, NotFound, ObjectMissing, StoreUnavailable
from shared.logging import get_logger
from shared.storage.base import ObjectStore, upload_key

log = get_logger(__name__)

KEPT_UNUSED = timedelta(days=30)
_STORED_WITHIN = timedelta(days=1)
_LONGEST_NAME = 200


class UploadIsBeingRemoved(BottegaError):
    """This file is being removed at this moment; send it again in a few seconds."""

    code = "upload_is_being_removed"
    retryable = True


@dataclass(frozen=True, slots=True)
class Received:
    """An upload that is kept, and whether it was not before."""

    upload: Upload
    is_new: bool


def receive(store: ObjectStore, workspace_id: UUID, file_name: str, file: Inspected) -> Received:
    """Keep a file: the row first, then the object, then the word that it is there.

    The same bytes again are the same upload, which then counts as used. Raises ``StoreUnavailable``,
    ``StoredObjectMismatch`` and ``UploadIsBeingRemoved``; sent again after any of them, it is stored again.
    """
    key = upload_key(workspace_id, file.sha256, file.format.extension)
    with session_scope(workspace_id) as session:
        is_new = _announce(session, workspace_id, key, file_name, file) is not UploadState.KEPT
    if is_new or not _is_stored(store, key):
        store.put_file(key, file.body, file.md5, file.format.media_type)
    with session_scope(workspace_id) as session:
        upload = session.scalars(
            update(Upload)
            .where(Upload.object_key == key, Upload.state.in_(may_become(UploadState.KEPT)))
            .values(state=UploadState.KEPT, expires_at=func.now() + KEPT_UNUSED)
            .returning(Upload)
        ).one_or_none()
        if upload is None:
            raise UploadIsBeingRemoved
    return Received(upload, is_new)


def _announce(session: Session, workspace_id: UUID, key: str, file_name: str, file: Inspected) -> UploadState:
    """Write the row, unless there is one; the state it is in. Raises ``UploadIsBeingRemoved``."""
    made = session.scalars(
        insert(Upload)
        .values(
            workspace_id=workspace_id,
            state=UploadState.STORING,
            object_key=key,
            file_name=shown_name(file_name, f"upload.{file.format.extension}"),
            media_type=file.format.media_type,
            size=file.size,
            sha256=file.sha256,
            facts=file.facts,
            expires_at=func.now() + _STORED_WITHIN,
        )
        .on_conflict_do_nothing(index_elements=["object_key"])
        .returning(Upload.id)
    ).one_or_none()
    if made is not None:
        return UploadState.STORING
    state = session.scalar(select(Upload.state).where(Upload.object_key == key))
    if state is None or state is UploadState.REMOVING:
        raise UploadIsBeingRemoved
    return state


def shown_name(name: str, otherwise: str) -> str:
    """A sender's file name without folders and unprintable characters: for people, never for a path."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in last if character.isprintable()).strip()[:_LONGEST_NAME] or otherwise


def get_upload(session: Session, workspace_id: UUID, upload_id: UUID) -> Upload:
    """One upload of a workspace. Raises ``NotFound``, also for somebody else's and for one that is over its time."""
    upload = session.scalar(select(Upload).where(Upload.id == upload_id, is_kept(workspace_id)))
    if upload is None:
        raise NotFound("There is no such upload in this workspace.")
    return upload


def list_uploads(session: Session, workspace_id: UUID, limit: int, before: UUID | None = None) -> Sequence[Upload]:
    """The workspace's uploads, newest first, those made before another one."""
    query = select(Upload).where(is_kept(workspace_id))
    if before is not None:
        query = query.where(Upload.id < before)
    return session.scalars(query.order_by(Upload.id.desc()).limit(limit)).all()


def remove(store: ObjectStore, workspace_id: UUID, upload_id: UUID) -> None:
    """Forget an upload at once, and delete its object; a store that is away is asked again by ``sweep``.

    A job that has been accepted and not begun fails for want of it. Raises ``NotFound``.
    """
    with session_scope(workspace_id) as session:
        key = session.scalar(
            update(Upload)
            .where(Upload.id == upload_id, Upload.workspace_id == workspace_id, Upload.state == UploadState.KEPT)
            .values(state=UploadState.REMOVING)
            .returning(Upload.object_key)
        )
        if key is None:
            raise NotFound("There is no such upload in this workspace.")
    try:
        store.delete(key)
    except StoreUnavailable:
        log.warning("upload_not_deleted", upload_id=str(upload_id))
        return
    with session_scope(workspace_id) as session:
        _forget(session, [upload_id])


def sweep(store: ObjectStore, limit: int = 500) -> int:
    """Remove what nobody used for long enough, and what a removal left behind; at most ``limit``, returns how many.

    Opens transactions of its own, none while the store is asked. Raises ``StoreUnavailable``: the rows stay, and the
    next sweep goes on.
    """
    due = (
        select(Upload.id)
        .where(or_(Upload.expires_at < func.now(), Upload.state == UploadState.REMOVING))
        .order_by(Upload.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with session_scope() as session:
        removing = session.execute(
            update(Upload)
            .where(Upload.id.in_(due.scalar_subquery()))
            .values(state=UploadState.REMOVING)
            .returning(Upload.id, Upload.object_key)
        ).all()
    if not removing:
        return 0
    store.delete_many([row.object_key for row in removing])
    with session_scope() as session:
        _forget(session, [row.id for row in removing])
    return len(removing)


def _forget(session: Session, upload_ids: Sequence[UUID]) -> None:
    session.execute(delete(Upload).where(Upload.id.in_(upload_ids), Upload.state == UploadState.REMOVING))


def is_kept(workspace_id: UUID) -> ColumnElement[bool]:
    """Which uploads the workspace can use."""
    return and_(Upload.workspace_id == workspace_id, Upload.state == UploadState.KEPT, Upload.expires_at > func.now())


def _is_stored(store: ObjectStore, key: str) -> bool:
    try:
        store.stat(key)
    except ObjectMissing:
        return False
    return True
