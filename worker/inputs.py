"""Fetch the files that a job's input names, before the model runs on it."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.artifacts.models import Artifact, Upload
from shared.artifacts.upload_states import UploadState
from shared.catalog.inputs.base import JobInput
from shared.catalog.inputs.files import FileReference, StoredFile, file_fields
from shared.db import session_scope
from shared.errors import NoLongerKept, ObjectMissing, StoredObjectMismatch
from shared.jobs.claims import Claim
from shared.storage.base import ObjectStore
from worker.lease import Hold
from worker.outage import patiently

# A file that was there a minute ago may be used once more.
_PLACE_SECONDS = 60.0
_PLACES = 4096


@dataclass(frozen=True, slots=True)
class _Location:
    """Where a file lies, and what it must be."""

    object_key: str
    media_type: str
    sha256: bytes


class InputFiles:
    """Fetches files, and keeps those that many jobs name for a while: pictures that creatives share."""

    def __init__(self, store: ObjectStore, budget: int = 128_000_000) -> None:
        self._store = store
        self._budget = budget
        self._places: OrderedDict[tuple[UUID, str], tuple[_Location, float]] = OrderedDict()
        self._bodies: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0

    def attach(self, hold: Hold, claim: Claim, job_input: JobInput) -> None:
        """Attach every file that the input names.

        For an input without files nothing is asked. An outage is sat out. Raises ``NoLongerKept`` naming the field
        whose file is gone, and what ``patiently`` raises.
        """
        for place, field in file_fields(job_input).items():
            reference, path = field.reference, f"input.{place}"
            location = self._place(hold, claim.workspace_id, reference)
            if location is None:
                raise NoLongerKept(f"{path}: the file is no longer kept.")
            try:
                body = self._body(hold, location)
            except ObjectMissing as error:
                raise NoLongerKept(f"{path}: the file is no longer in the store.") from error
            reference.attach(StoredFile(location.media_type, body))

    def _place(self, hold: Hold, workspace_id: UUID, reference: FileReference) -> _Location | None:
        """Where it lies, as of a moment ago."""
        key = (workspace_id, reference.model_dump_json())
        known, until = self._places.get(key, (None, 0.0))
        if known is not None and time.monotonic() < until:
            return known
        found = patiently(hold, partial(_locate, workspace_id, reference))
        if found is not None:
            self._places[key] = found, time.monotonic() + _PLACE_SECONDS
            self._places.move_to_end(key)
            while len(self._places) > _PLACES:
                self._places.popitem(last=False)
        return found

    def _body(self, hold: Hold, location: _Location) -> bytes:
        body = self._bodies.get(location.sha256)
        if body is not None:
            self._bodies.move_to_end(location.sha256)
            return body
        body = patiently(hold, partial(_read, self._store, location))
        if len(body) <= self._budget // 4:
            self._bodies[location.sha256] = body
            self._size += len(body)
            while self._size > self._budget:
                self._size -= len(self._bodies.popitem(last=False)[1])
        return body


def _locate(workspace_id: UUID, reference: FileReference) -> _Location | None:
    with session_scope() as session:
        found = _row(session, workspace_id, reference)
    return None if found is None else _Location(found.object_key, found.media_type, found.sha256)


def _row(session: Session, workspace_id: UUID, reference: FileReference) -> Upload | Artifact | None:
    """The file's row, as long as it is kept. An upload that is over its time stays until it is swept."""
    if reference.upload is not None:
        return session.scalar(
            select(Upload).where(
                Upload.id == reference.upload,
                Upload.workspace_id == workspace_id,
                Upload.state == UploadState.KEPT,
            )
        )
    query = select(Artifact).where(Artifact.workspace_id == workspace_id, Artifact.removed_at.is_(None))
    if reference.artifact is not None:
        return session.scalar(query.where(Artifact.id == reference.artifact))
    return session.scalar(query.where(Artifact.job_id == reference.job, Artifact.index == (reference.output or 0)))


def _read(store: ObjectStore, location: _Location) -> bytes:
    """The object's bytes. Raises ``StoredObjectMismatch`` when they are others than were stored."""
    body = b"".join(store.read(location.object_key, chunk_size=1 << 20))
    if hashlib.sha256(body).digest() != location.sha256:
        raise StoredObjectMismatch(f"The store gave {len(body)} bytes that are not those of {location.object_key}.")
    return body
