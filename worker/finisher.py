"""Encode, upload and commit a forward batch's outputs while the device works on the next one."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from uuid import UUID

from shared.db import session_scope
from shared.errors import BottegaError, DatabaseUnavailable, GenerationFailed, StoreUnavailable
from shared.jobs import completion
from shared.jobs.claims import Claim
from shared.jobs.completion import StoredOutput, Success
from shared.logging import get_logger
from shared.storage.base import ObjectStore, artifact_key
from worker import metrics
from worker.lease import Hold, LeaseKeeper
from worker.media.base import Media
from worker.outage import OUTAGE_SECONDS, Patience, patiently

log = get_logger(__name__)

_BATCHES_IN_FLIGHT = 2
_UPLOAD_THREADS = 4


@dataclass(frozen=True, slots=True)
class Generated:
    """One job's outputs as the model made them, and its share of the device's time in seconds."""

    claim: Claim
    media: Sequence[Media]
    device_seconds: float


class Finisher:
    """A bounded buffer between the device and the store: when the store is slow, ``hand_over`` waits."""

    def __init__(
        self, store: ObjectStore, leases: LeaseKeeper, on_finished: Callable[[int], None] = lambda _jobs: None
    ) -> None:
        self._store = store
        self._on_finished = on_finished
        self._leases = leases
        self._room = threading.BoundedSemaphore(_BATCHES_IN_FLIGHT)
        self._batches = ThreadPoolExecutor(_BATCHES_IN_FLIGHT, thread_name_prefix="finish")
        self._uploads = ThreadPoolExecutor(_UPLOAD_THREADS, thread_name_prefix="upload")

    def hand_over(self, hold: Hold, generated: Sequence[Generated]) -> None:
        """Take over a hold with its outputs; blocks while two batches are on their way already."""
        while not self._room.acquire(timeout=1):
            hold.advance()
        self._batches.submit(self._finish, hold, generated)

    def settle(self) -> None:
        """Wait until everything that was handed over has ended."""
        for _ in range(_BATCHES_IN_FLIGHT):
            self._room.acquire()
        for _ in range(_BATCHES_IN_FLIGHT):
            self._room.release()

    def _finish(self, hold: Hold, generated: Sequence[Generated]) -> None:
        try:
            with metrics.FINISH_SECONDS.time():
                self._store_and_commit(hold, generated)
        except BottegaError as error:
            log.warning("not_finished", error=error.code, job_ids=_ids(generated))
            self._give_back(hold, generated, error)
        except Exception:
            log.exception("finish_broke", job_ids=_ids(generated))
        finally:
            self._leases.release(hold)
            self._room.release()

    def _store_and_commit(self, hold: Hold, generated: Sequence[Generated]) -> None:
        successes = self._store_all(hold, generated)
        committed = patiently(hold, lambda: self._commit(successes))
        self._on_finished(len(committed))
        stale = [item for item in generated if item.claim.job_id not in committed]
        metrics.STALE_FINISHES.inc(len(stale))
        log.info("finished", job_ids=list(map(str, committed)), stale=_ids(stale))

    def _store_all(self, hold: Hold, generated: Sequence[Generated]) -> list[Success]:
        """Encode and upload everything; what cannot be encoded fails alone.

        Raises ``StoreUnavailable`` after two minutes in which nothing could be stored.
        """
        patience = Patience()
        uploads = [
            [
                self._uploads.submit(self._upload, hold, patience, item.claim, index, media)
                for index, media in enumerate(item.media)
            ]
            for item in generated
        ]
        stored = [self._success(hold, patience, item, files) for item, files in zip(generated, uploads, strict=True)]
        return [success for success in stored if success is not None]

    def _success(
        self, hold: Hold, patience: Patience, item: Generated, uploads: Sequence[Future[StoredOutput]]
    ) -> Success | None:
        try:
            return Success(item.claim, [_result(hold, patience, upload) for upload in uploads], item.device_seconds)
        except BottegaError:
            raise
        except Exception as error:
            log.exception("output_not_encoded", job_id=str(item.claim.job_id))
            broken = GenerationFailed(f"The output could not be encoded: {type(error).__name__}: {error}"[:1000])
            patiently(hold, lambda: self._fail(item.claim, broken))
            return None

    def _upload(self, hold: Hold, patience: Patience, claim: Claim, index: int, media: Media) -> StoredOutput:
        if patience.seconds_left() < 0:
            # The batch is given up: what is left of it must not keep the threads from the next one.
            raise StoreUnavailable
        began = time.perf_counter()
        encoded = media.encode()
        metrics.ENCODE_SECONDS.labels(encoded.media_type).observe(time.perf_counter() - began)
        sha256 = hashlib.sha256(encoded.body).digest()
        key = artifact_key(claim.workspace_id, claim.job_id, claim.fence, index, sha256, encoded.extension)
        with metrics.UPLOAD_SECONDS.time():
            patiently(hold, lambda: self._store.put(key, encoded.body, encoded.media_type), patience)
        metrics.UPLOAD_BYTES.inc(len(encoded.body))
        return StoredOutput(key, encoded.media_type, len(encoded.body), sha256, encoded.facts)

    @staticmethod
    def _commit(successes: Sequence[Success]) -> frozenset[UUID]:
        with session_scope() as session:
            return completion.finish(session, successes)

    @staticmethod
    def _fail(claim: Claim, error: BottegaError) -> None:
        with session_scope() as session:
            completion.fail(session, [claim], error)

    @staticmethod
    def _give_back(hold: Hold, generated: Sequence[Generated], error: BottegaError) -> None:
        def give_back() -> None:
            with session_scope() as session:
                completion.give_back(session, [item.claim for item in generated], error.code)

        try:
            patiently(hold, give_back)
        except DatabaseUnavailable:
            # Nothing more can be written about these jobs: they come back when their leases lapse.
            log.error("claim_abandoned", job_ids=_ids(generated))


def _ids(generated: Sequence[Generated]) -> list[str]:
    return [str(item.claim.job_id) for item in generated]


def _result(hold: Hold, patience: Patience, upload: Future[StoredOutput]) -> StoredOutput:
    """What an upload came to. The hold stays alive while it waits for a thread, but not behind one that hangs."""
    while not wait([upload], timeout=1).done:
        if patience.seconds_left() > -OUTAGE_SECONDS:
            hold.advance()
    return upload.result()
