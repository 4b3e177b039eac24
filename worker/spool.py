"""Finished results on this machine's disk, kept while the store is away and not generated again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from shared.errors import BottegaError
from shared.jobs.claims import Claim
from shared.jobs.completion import Work
from shared.logging import get_logger
from worker.media.base import EncodedMedia

log = get_logger(__name__)

_SUFFIX = ".result"
_PARTIAL = ".partial"
_PARTIAL_SECONDS = 600
_KEPT_SECONDS = 48 * 3600
# Every job that is kept here also keeps its lease, which somebody has to renew.
_MOST_JOBS = 5_000


class SpoolFull(BottegaError):
    """This machine's disk can keep no more results."""

    code = "spool_full"
    retryable = True


@dataclass(frozen=True, slots=True)
class Result:
    """A job's outputs, encoded, and its share of the device's time in seconds."""

    claim: Claim
    files: tuple[EncodedMedia, ...]
    device_seconds: float
    work: Work | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(len(file.body) for file in self.files)


class Spool:
    """A folder with one file a job: a line of JSON that describes the outputs, then their bytes.

    The workers of a machine share it, and any of them may read what another has written: an equal fingerprint means
    equal outputs, under whatever fence.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def keep(self, results: Sequence[Result]) -> None:
        """Write all of them, or none. Raises ``SpoolFull`` when they exceed the limit or the disk refuses."""
        written: list[UUID] = []
        try:
            self._make_folder()
            new = [result for result in results if not self._path(result.claim.job_id).exists()]
            if not self.fits(len(new), sum(result.size for result in new)):
                raise SpoolFull
            for result in new:
                written.append(result.claim.job_id)
                self._write(result)
            self._sync_folder()
        except OSError as error:
            self.remove(written)
            raise SpoolFull(f"The disk keeps no more results: {error.strerror}.") from error

    def recall(self, claim: Claim) -> Result | None:
        """What is kept for this claim's job, verified; what is damaged or for another input is removed."""
        path = self._path(claim.job_id)
        try:
            with path.open("rb") as file:
                return _read(file, claim) if self._is_own_folder() else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("spooled_result_refused", job_id=str(claim.job_id), error=str(error))
            self.remove([claim.job_id])
            return None

    def remove(self, job_ids: Sequence[UUID]) -> None:
        """Forget these jobs' results. Those of which there are none are fine."""
        for job_id in job_ids:
            with suppress(OSError):
                self._path(job_id).unlink(missing_ok=True)

    def fits(self, jobs: int, size: int) -> bool:
        """Whether so many more jobs, and bytes, stay within the limit and find room on the disk."""
        if not self._is_own_folder():
            return False
        kept = [entry.stat().st_size for entry in self._entries()]
        disk = os.statvfs(self._folder)
        return (
            len(kept) + jobs <= _MOST_JOBS
            and sum(kept) + size <= self._limit_bytes
            and size <= disk.f_bavail * disk.f_frsize
        )

    def job_ids(self) -> list[UUID]:
        """Whose results are here."""
        return [UUID(Path(entry.name).stem) for entry in self._entries() if entry.name.endswith(_SUFFIX)]

    def remove_old(self) -> None:
        """Remove results of two days ago, and what a worker that died while it wrote has left."""
        now = time.time()
        for entry in self._entries():
            age = now - entry.stat().st_mtime
            if age > (_KEPT_SECONDS if entry.name.endswith(_SUFFIX) else _PARTIAL_SECONDS):
                Path(entry.path).unlink(missing_ok=True)

    def _entries(self) -> list[os.DirEntry[str]]:
        """The files of this folder that are still there when they are looked at: other workers remove theirs."""
        if not self._is_own_folder():
            return []
        with os.scandir(self._folder) as found:
            return [entry for entry in found if entry.name.endswith((_SUFFIX, _PARTIAL)) and _is_there(entry)]

    def _path(self, job_id: UUID) -> Path:
        return self._folder / f"{job_id}{_SUFFIX}"

    def _write(self, result: Result) -> None:
        """The bytes are on the disk when this returns: only then may they leave the memory."""
        path = self._path(result.claim.job_id)
        partial = path.with_suffix(f".{os.getpid()}{_PARTIAL}")
        try:
            with partial.open("wb") as file:
                file.write(json.dumps(_manifest(result)).encode() + b"\n")
                for media in result.files:
                    file.write(media.body)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError:
            partial.unlink(missing_ok=True)
            raise

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._is_own_folder():
            raise PermissionError(1, f"{self._folder} belongs to somebody else")

    def _is_own_folder(self) -> bool:
        """Whether nobody else can have put results here: it may lie where everybody can make folders."""
        try:
            found = self._folder.lstat()
        except FileNotFoundError:
            return False
        is_folder = self._folder.is_dir() and not self._folder.is_symlink()
        return is_folder and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def default_folder() -> Path:
    """A folder of this user that survives a restart of the machine, where there is one."""
    lasting = Path("/var/tmp")  # noqa: S108 - Spool checks whose folder it is
    parent = lasting if os.access(lasting, os.W_OK) else Path(tempfile.gettempdir())
    return parent / f"bottega-spool-{os.geteuid()}"


def _is_there(entry: os.DirEntry[str]) -> bool:
    try:
        entry.stat()
    except FileNotFoundError:
        return False
    return True


def _manifest(result: Result) -> dict[str, Any]:
    return {
        "fingerprint": result.claim.fingerprint.hex(),
        "device_seconds": result.device_seconds,
        "files": [
            {
                "size": len(media.body),
                "sha256": hashlib.sha256(media.body).hexdigest(),
                "media_type": media.media_type,
                "extension": media.extension,
                "facts": media.facts,
            }
            for media in result.files
        ],
    }


def _read(file: BinaryIO, claim: Claim) -> Result:
    """Raises ``ValueError`` for what is not whole, or not of this claim's fingerprint."""
    manifest = json.loads(file.readline())
    if manifest["fingerprint"] != claim.fingerprint.hex():
        raise ValueError("it is of another input")
    files = []
    for described in manifest["files"]:
        body = file.read(described["size"])
        if hashlib.sha256(body).hexdigest() != described["sha256"]:
            raise ValueError("its bytes are damaged")
        files.append(EncodedMedia(body, described["media_type"], described["extension"], described["facts"]))
    return Result(claim, tuple(files), float(manifest["device_seconds"]))
