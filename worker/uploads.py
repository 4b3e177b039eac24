"""Encode outputs and put them into the store, several at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

from shared.errors import StoredObjectMismatch, StoreUnavailable
from shared.jobs.claims import Claim
from shared.jobs.completion import StoredOutput, Success, Work
from shared.storage.base import ObjectStore, artifact_key
from worker import metrics
from worker.lease import Hold
from worker.media.base import EncodedMedia, Media
from worker.outage import OUTAGE_SECONDS, Patience, patiently
from worker.spool import Result

_THREADS = 4
_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Stored:
    """An upload that the store has confirmed; when it began and ended, by the monotonic clock."""

    output: StoredOutput
    began: float
    ended: float


class Uploads:
    """The threads that encode and upload."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        # Of their own: what is to be encoded must not wait behind what a slow store takes.
        self._encoders = ThreadPoolExecutor(_THREADS, thread_name_prefix="encode")
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="upload")
        self.stored_at = 0.0
        """When the store last took a file, by the monotonic clock."""

    def encode(self, media: Sequence[Media]) -> list[Future[EncodedMedia]]:
        """Begin to encode a job's outputs."""
        return [self._encoders.submit(_encode, one) for one in media]

    def store(self, hold: Hold, results: Sequence[Result], patience: Patience) -> list[Success]:
        """Upload everything; returns the jobs all of whose outputs the store holds, verified.

        The others are those that were given up when patience was over.
        """
        uploads = [
            [
                self._threads.submit(self._put, hold, patience, result.claim, index, media)
                for index, media in enumerate(result.files)
            ]
            for result in results
        ]
        successes = []
        for result, started in zip(results, uploads, strict=True):
            try:
                stored = [_outcome(hold, patience, upload) for upload in started]
            except (StoreUnavailable, StoredObjectMismatch):
                continue
            outputs = [each.output for each in stored]
            successes.append(Success(result.claim, outputs, result.device_seconds, _work(result, stored)))
        return successes

    def _put(self, hold: Hold, patience: Patience, claim: Claim, index: int, media: EncodedMedia) -> _Stored:
        if patience.is_over() or hold.is_overdue():
            # The batch is given up: what is left of it must not keep the threads from the next one.
            raise StoreUnavailable
        sha256 = hashlib.sha256(media.body).digest()
        key = artifact_key(claim.workspace_id, claim.job_id, claim.fence, index, sha256, media.extension)
        began = time.monotonic()
        with metrics.UPLOAD_SECONDS.time():
            patiently(hold, lambda: self._store.put(key, media.body, media.media_type), patience)
        metrics.UPLOAD_BYTES.inc(len(media.body))
        self.stored_at = time.monotonic()
        output = StoredOutput(key, media.media_type, len(media.body), sha256, media.facts)
        return _Stored(output, began, self.stored_at)


def _encode(media: Media) -> EncodedMedia:
    began = time.perf_counter()
    encoded = media.encode()
    metrics.ENCODE_SECONDS.labels(encoded.media_type).observe(time.perf_counter() - began)
    return encoded


def _work(result: Result, stored: Sequence[_Stored]) -> Work | None:
    """What the result's timeline tells, with the time from its first upload's begin to its last one's end."""
    if result.work is None:
        return None
    seconds = max(each.ended for each in stored) - min(each.began for each in stored)
    return replace(result.work, upload_seconds=round(seconds, 3))


def _outcome(hold: Hold, patience: Patience, upload: Future[_Stored]) -> _Stored:
    """What an upload came to. The hold stays alive while it waits for a thread, but not behind one that hangs.

    Raises ``StoreUnavailable``, also for an upload that is still under way when the worker must stop.
    """
    while not wait([upload], timeout=_WAIT_SECONDS).done:
        if hold.is_overdue():
            raise StoreUnavailable
        if patience.quiet_seconds() < OUTAGE_SECONDS:
            hold.advance()
    return upload.result()
