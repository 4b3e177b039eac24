"""A batch's results as a ZIP that is never whole anywhere: each file is read when its turn comes.

Small files are fetched some ahead of their turn, since a store answers many at once faster than one after another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import UUID

from zipstream import ZIP_STORED, ZipStream

from shared.batches.results import ResultFile, as_csv, manifest, result_files
from shared.errors import ObjectMissing
from shared.storage.base import ObjectStore

_AHEAD = 16
_AT_ONCE = 6
_SMALL_BYTES = 1_000_000
_CHUNK = 65_536
MANIFEST_NAME = "manifest.csv"
MISSING_NAME = "missing.txt"


def zip_results(
    store: ObjectStore, workspace_id: UUID, batch_id: UUID, *, only_approved: bool = False, pattern: str | None = None
) -> Iterator[bytes]:
    """The ZIP's bytes: every file that is kept, ``manifest.csv``, and ``missing.txt`` where the store lacks files.

    Raises ``NotFound`` and ``StoreUnavailable``; the first before the first byte where it can be told then.
    """
    files = result_files(workspace_id, batch_id, only_approved=only_approved, pattern=pattern)
    archive = ZipStream(compress_type=ZIP_STORED)
    missing: list[str] = []
    for file, body in _bodies(store, files):
        if body is None:
            missing.append(file.name)
            continue
        archive.add(body, file.name, size=file.artifact.size)
        yield from archive.all_files()
    rows = manifest(workspace_id, batch_id, only_approved=only_approved, pattern=pattern)
    archive.add(as_csv(rows), MANIFEST_NAME)
    if missing:
        archive.add("".join(f"{name}\n" for name in missing), MISSING_NAME)
    yield from archive.finalize()


def _bodies(
    store: ObjectStore, files: Iterator[ResultFile]
) -> Iterator[tuple[ResultFile, bytes | Iterator[bytes] | None]]:
    """Each file with its bytes, or with what reads them where there are many; with nothing where it is gone."""
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="archive") as pool:
        waiting: deque[tuple[ResultFile, Future[bytes | None] | None]] = deque()
        try:
            for file in files:
                is_small = file.artifact.size <= _SMALL_BYTES
                waiting.append((file, pool.submit(_read, store, file) if is_small else None))
                if len(waiting) >= _AHEAD:
                    yield _taken(store, *waiting.popleft())
            while waiting:
                yield _taken(store, *waiting.popleft())
        finally:
            for _, future in waiting:
                if future is not None:
                    future.cancel()


def _taken(
    store: ObjectStore, file: ResultFile, future: Future[bytes | None] | None
) -> tuple[ResultFile, bytes | Iterator[bytes] | None]:
    if future is not None:
        return file, future.result()
    try:
        return file, store.read(file.artifact.object_key, _CHUNK)
    except ObjectMissing:
        return file, None


def _read(store: ObjectStore, file: ResultFile) -> bytes | None:
    try:
        return b"".join(store.read(file.artifact.object_key, _CHUNK))
    except ObjectMissing:
        return None
