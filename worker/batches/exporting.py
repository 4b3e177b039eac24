"""Copy a batch's results to its owner's bucket, some files at a time, and go on where a try broke off."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import groupby
from typing import Any, BinaryIO, cast

from shared.batches import exports
from shared.batches.exports import HeldExport
from shared.batches.models import Export
from shared.batches.results import ResultFile, as_csv, as_jsonl, manifest, result_files
from shared.batches.states import ExportState
from shared.db import session_scope
from shared.errors import BottegaError, LeaseLost, NotFound, ObjectMissing
from shared.logging import get_logger
from shared.storage.base import ObjectStore
from shared.storage.s3 import ForeignBucket
from shared.webhooks.address_policy import get_policy
from worker.batches.putting import PutFailed, put
from worker.batches.slices import Slice

log = get_logger(__name__)

_AT_ONCE = 6
_ITEMS_AT_ONCE = 40
_IN_MEMORY = 4_000_000
_PAUSES = (2, 10, 60, 300, 900)
_PAUSE_IN_OUTAGE_SECONDS = 10
_MANIFESTS = (("manifest.csv", "text/csv; charset=utf-8", as_csv), ("manifest.jsonl", "application/jsonl", as_jsonl))


def advance_one(store: ObjectStore, work: Slice) -> bool:
    """Go on with the export that has been due for longest; whether there was one."""
    with session_scope() as session:
        held = exports.claim(session, work.lease_seconds)
    if held is None:
        return False
    try:
        _copy(held, store, work)
    except LeaseLost:
        log.info("export_lease_lost", export_id=str(held.export_id))
    except PutFailed as error:
        _try_later(held, str(error), may_pass=error.may_pass)
    except NotFound as error:
        _end(held, ExportState.FAILED, error.message)
    except BottegaError as error:
        log.warning("export_postponed", export_id=str(held.export_id), error=error.code)
        with session_scope(held.workspace_id) as session:
            exports.release(session, held, _PAUSE_IN_OUTAGE_SECONDS, error.message)
    except Exception:
        log.exception("export_failed", export_id=str(held.export_id))
        _try_later(held, "The platform failed to copy a file; its log says why.", may_pass=True)
    return True


def _copy(held: HeldExport, store: ObjectStore, work: Slice) -> None:
    with session_scope(held.workspace_id) as session:
        export = exports.hold(session, held, work.lease_seconds)
        bucket = _bucket(export)
    target = export.target
    wanted: dict[str, Any] = {"only_approved": target["only_approved"], "pattern": target["pattern"]}
    files = result_files(held.workspace_id, export.batch_id, after=export.after, **wanted)
    copied = export.copied
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="exporting") as pool:
        for some in _some_items(files):
            copied += sum(pool.map(partial(_send, store, bucket, target["prefix"]), some))
            with session_scope(held.workspace_id) as session:
                exports.hold(session, held, work.lease_seconds, copied=copied, after=some[-1].item.id)
                if work.is_over():
                    exports.release(session, held, 0)
                    return
    for name, media_type, written in _MANIFESTS:
        rows = manifest(held.workspace_id, export.batch_id, **wanted)
        _put(bucket, _key(target["prefix"], name), written(rows), media_type)
    _end(held, ExportState.SUCCEEDED, None)


def _some_items(files: Iterable[ResultFile]) -> Iterator[Sequence[ResultFile]]:
    """The files of about forty items at a time, all files of an item together."""
    some: list[ResultFile] = []
    for place, (_, of_item) in enumerate(groupby(files, key=lambda file: file.item.id), start=1):
        some += of_item
        if place % _ITEMS_AT_ONCE == 0:
            yield some
            some = []
    if some:
        yield some


def _send(store: ObjectStore, bucket: ForeignBucket, prefix: str, file: ResultFile) -> int:
    """Copy one file; how many are there by that. What the store does not have any more is left out."""
    try:
        body = store.read(file.artifact.object_key)
    except ObjectMissing:
        log.warning("export_without_file", artifact_id=str(file.artifact.id))
        return 0
    _put(bucket, _key(prefix, file.name), body, file.artifact.media_type)
    return 1


def _put(bucket: ForeignBucket, key: str, body: Iterable[bytes], media_type: str) -> None:
    digest = hashlib.md5(usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        for chunk in body:
            digest.update(chunk)
            file.write(chunk)
        url, headers = bucket.signed_put(key, digest.digest(), media_type)
        put(url, headers, cast(BinaryIO, file), get_policy())


def _key(prefix: str, name: str) -> str:
    return f"{prefix}/{name}" if prefix else name


def _bucket(export: Export) -> ForeignBucket:
    opened = exports.credentials_of(export)
    target = export.target
    return ForeignBucket(
        target["endpoint_url"], target["bucket"], target["region"], opened.access_key_id, opened.secret_access_key
    )


def _try_later(held: HeldExport, message: str, *, may_pass: bool) -> None:
    with session_scope(held.workspace_id) as session:
        export = exports.get_export(session, held.workspace_id, held.export_id)
        if may_pass and export.attempts <= len(_PAUSES):
            exports.release(session, held, _PAUSES[export.attempts - 1], message)
            return
    _end(held, ExportState.FAILED, message)


def _end(held: HeldExport, state: ExportState, message: str | None) -> None:
    with session_scope(held.workspace_id) as session:
        exports.finish(session, held, state, message)
