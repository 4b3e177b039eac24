"""Uploads and the store: whatever is interrupted, no object is without a row, and no row is kept without its object."""

from __future__ import annotations

import hashlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from shared.artifacts import uploads
from shared.artifacts.inspector import Inspected
from shared.artifacts.models import Upload
from shared.artifacts.upload_states import TRANSITIONS, UploadState
from shared.artifacts.uploads import Received, UploadIsBeingRemoved
from shared.config import Settings, get_settings
from shared.db import session_scope
from shared.errors import NotFound, ObjectMissing, StoreUnavailable
from shared.storage.base import ObjectStore
from shared.storage.formats import TEXT
from shared.storage.s3 import S3Store, get_store
from tests.integration.jobs.actions import another_workspace, count

BODY = b"a slogan"


@pytest.fixture
def file() -> Iterator[Inspected]:
    """A text that may be stored."""
    md5 = hashlib.md5(BODY, usedforsecurity=False).digest()
    with tempfile.TemporaryFile() as body:
        body.write(BODY)
        yield Inspected(TEXT, len(BODY), hashlib.sha256(BODY).digest(), md5, {"characters": 8}, body)


@pytest.fixture
def absent_store() -> ObjectStore:
    """A store that nobody answers for."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    settings = {**get_settings().model_dump(), "s3_endpoint_url": f"http://127.0.0.1:{port}"}
    return S3Store(Settings.model_validate(settings))


def receive(workspace_id: UUID, file: Inspected, store: ObjectStore | None = None) -> Received:
    return uploads.receive(store or get_store(), workspace_id, "slogan.txt", file)


def states() -> list[UploadState]:
    with session_scope() as session:
        return list(session.scalars(select(Upload.state)))


def set_all(**values: object) -> None:
    with session_scope() as session:
        session.execute(update(Upload).values(**values))


def is_stored(upload: Upload) -> bool:
    try:
        get_store().stat(upload.object_key)
    except ObjectMissing:
        return False
    return True


def test_a_file_is_kept_for_thirty_days_from_its_last_use(workspace_id: UUID, file: Inspected) -> None:
    first = receive(workspace_id, file).upload
    set_all(expires_at=func.now() + text("interval '1 hour'"))

    again = receive(workspace_id, file)

    assert (again.upload.id, again.is_new) == (first.id, False)
    assert again.upload.expires_at >= first.expires_at
    assert b"".join(get_store().read(first.object_key)) == BODY


def test_two_workspaces_share_no_file(workspace_id: UUID, file: Inspected) -> None:
    mine, theirs = receive(workspace_id, file).upload, receive(another_workspace("other"), file).upload
    assert mine.object_key != theirs.object_key
    uploads.remove(get_store(), workspace_id, mine.id)
    assert is_stored(theirs)


def test_sixteen_who_send_the_same_file_at_once_send_one_upload(workspace_id: UUID, file: Inspected) -> None:
    found: list[UUID] = []
    md5 = hashlib.md5(BODY, usedforsecurity=False).digest()

    def send() -> None:
        with tempfile.TemporaryFile() as body:
            body.write(BODY)
            found.append(receive(workspace_id, Inspected(TEXT, 8, file.sha256, md5, {}, body)).upload.id)

    threads = [threading.Thread(target=send) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 16
    assert len(set(found)) == 1
    assert states() == [UploadState.KEPT]


def test_a_store_that_is_away_leaves_nothing_that_jobs_could_read(
    workspace_id: UUID, file: Inspected, absent_store: ObjectStore
) -> None:
    with pytest.raises(StoreUnavailable):
        receive(workspace_id, file, absent_store)

    with session_scope(workspace_id) as session:
        assert uploads.list_uploads(session, workspace_id, 10) == []
    assert receive(workspace_id, file).is_new
    assert states() == [UploadState.KEPT]


def test_what_was_never_stored_is_forgotten_after_a_day(
    workspace_id: UUID, file: Inspected, absent_store: ObjectStore
) -> None:
    with pytest.raises(StoreUnavailable):
        receive(workspace_id, file, absent_store)
    assert uploads.sweep(get_store()) == 0
    set_all(expires_at=func.now() - text("interval '1 second'"))

    assert uploads.sweep(get_store()) == 1
    assert count(Upload) == 0


def test_a_file_that_the_store_has_lost_is_stored_again_when_it_is_sent_again(
    workspace_id: UUID, file: Inspected
) -> None:
    upload = receive(workspace_id, file).upload
    get_store().delete(upload.object_key)
    assert receive(workspace_id, file).upload.id == upload.id
    assert is_stored(upload)


def test_an_upload_over_its_time_is_not_found_and_is_swept_with_its_object(workspace_id: UUID, file: Inspected) -> None:
    upload = receive(workspace_id, file).upload
    set_all(expires_at=func.now() - text("interval '1 second'"))
    with session_scope(workspace_id) as session, pytest.raises(NotFound):
        uploads.get_upload(session, workspace_id, upload.id)

    assert uploads.sweep(get_store()) == 1

    assert count(Upload) == 0
    assert not is_stored(upload)
    assert uploads.sweep(get_store()) == 0


def test_a_sweep_spares_what_is_still_of_use(workspace_id: UUID, file: Inspected) -> None:
    upload = receive(workspace_id, file).upload
    assert uploads.sweep(get_store()) == 0
    assert is_stored(upload)


def test_a_removal_that_the_store_does_not_answer_is_finished_by_the_sweep(
    workspace_id: UUID, file: Inspected, absent_store: ObjectStore
) -> None:
    upload = receive(workspace_id, file).upload

    uploads.remove(absent_store, workspace_id, upload.id)

    assert states() == [UploadState.REMOVING]
    assert is_stored(upload)
    with pytest.raises(StoreUnavailable):
        uploads.sweep(absent_store)
    assert uploads.sweep(get_store()) == 1
    assert not is_stored(upload)
    assert count(Upload) == 0


def test_a_file_is_not_stored_again_while_it_is_removed(workspace_id: UUID, file: Inspected) -> None:
    receive(workspace_id, file)
    set_all(state=UploadState.REMOVING)
    with pytest.raises(UploadIsBeingRemoved):
        receive(workspace_id, file)
    uploads.sweep(get_store())
    assert receive(workspace_id, file).is_new


def test_an_upload_removed_while_it_is_stored_does_not_come_back(workspace_id: UUID, file: Inspected) -> None:
    class RemovedMeanwhile(S3Store):
        def put_file(self, *arguments: object) -> None:
            super().put_file(*arguments)  # type: ignore[arg-type]
            set_all(state=UploadState.REMOVING)

    with pytest.raises(UploadIsBeingRemoved):
        receive(workspace_id, file, RemovedMeanwhile(get_settings()))
    assert states() == [UploadState.REMOVING]


def test_nothing_comes_back_from_being_removed() -> None:
    assert set(TRANSITIONS) == set(UploadState)
    assert TRANSITIONS[UploadState.REMOVING] == frozenset()
    assert all(UploadState.STORING not in after for after in TRANSITIONS.values())
