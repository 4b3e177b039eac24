"""Encode, upload and commit a forward batch's outputs while the device works on the next one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from shared.errors import DatabaseUnavailable, GenerationFailed, StoreUnavailable
from shared.jobs.claims import Claim
from shared.jobs.completion import Success, Work
from shared.logging import get_logger
from shared.storage.base import ObjectStore
from worker import endings, metrics
from worker.lease import Hold, LeaseKeeper
from worker.media.base import EncodedMedia, Media
from worker.outage import OUTAGE_SECONDS, Patience
from worker.spool import Result, Spool, SpoolFull
from worker.spooler import PROMPT_SECONDS, Spooler
from worker.uploads import Uploads

log = get_logger(__name__)

_BATCHES_IN_FLIGHT = 2


@dataclass(frozen=True, slots=True)
class Generated:
    """One job's outputs as the model made them, and its share of the device's time in seconds."""

    claim: Claim
    media: Sequence[Media]
    device_seconds: float
    work: Work | None = None
    """None for what was generated before."""


@dataclass(frozen=True, slots=True)
class RecalledMedia:
    """An output that was encoded before."""

    encoded: EncodedMedia

    def encode(self) -> EncodedMedia:
        """The same file again."""
        return self.encoded


class Finisher:
    """A bounded buffer between the device and the store.

    When the store is slow, ``hand_over`` waits. When it is away, results go to the disk and the device works on; when
    the disk can keep no more, they wait in the buffer.
    """

    def __init__(
        self,
        store: ObjectStore,
        leases: LeaseKeeper,
        spool: Spool,
        on_finished: Callable[[int], None] = lambda _jobs: None,
    ) -> None:
        self._leases = leases
        self._spool = spool
        self._on_finished = on_finished
        self._uploads = Uploads(store)
        self._spooler = Spooler(spool, store, self._uploads, leases, on_finished)
        self._room = threading.BoundedSemaphore(_BATCHES_IN_FLIGHT)
        self._batches = ThreadPoolExecutor(_BATCHES_IN_FLIGHT, thread_name_prefix="finish")

    def start(self) -> None:
        """Begin to look after the spool."""
        self._spooler.start()

    def has_room(self) -> bool:
        """Whether it makes sense to claim: not while the store is away and the disk keeps no more results."""
        return self._spooler.has_room()

    def recall(self, hold: Hold) -> list[Generated]:
        """Those of a hold's jobs whose results lie on this machine's disk: they need not be generated again."""
        results = [result for claim in hold.claims if (result := self._spool.recall(claim)) is not None]
        if results:
            metrics.RESULTS_RECALLED.inc(len(results))
            log.info("recalled", job_ids=[str(result.claim.job_id) for result in results])
        return [
            Generated(result.claim, [RecalledMedia(file) for file in result.files], result.device_seconds)
            for result in results
        ]

    def hand_over(self, hold: Hold, generated: Sequence[Generated]) -> None:
        """Take over a hold with its outputs; blocks while two batches are on their way already."""
        while not self._room.acquire(timeout=1):
            hold.advance()
        self._batches.submit(self._finish, hold, generated)

    def settle(self) -> None:
        """Wait until everything that was handed over has ended, or lies on the disk."""
        for _ in range(_BATCHES_IN_FLIGHT):
            self._room.acquire()
        for _ in range(_BATCHES_IN_FLIGHT):
            self._room.release()

    def stop(self) -> None:
        """Settle, and give back what lies on the disk: the files stay."""
        self.settle()
        self._spooler.stop()

    def _finish(self, hold: Hold, generated: Sequence[Generated]) -> None:
        """One hold from the device's outputs to its end, or to the disk."""
        spooled = False
        try:
            with metrics.FINISH_SECONDS.time():
                spooled = self._store_or_spool(hold, self._encode(hold, generated))
        except (StoreUnavailable, DatabaseUnavailable) as error:
            log.warning("not_finished", error=error.code, job_ids=_ids(generated))
            endings.give_back(hold, [item.claim for item in generated], error.code)
        except Exception:
            log.exception("finish_broke", job_ids=_ids(generated))
        finally:
            if not spooled:
                self._leases.release(hold)
            self._room.release()

    def _store_or_spool(self, hold: Hold, results: Sequence[Result]) -> bool:
        """Store and commit all results, or leave them to the spooler; whether it has taken over the hold.

        Raises ``StoreUnavailable`` after two minutes in which they could be neither stored nor kept.
        """
        patience = Patience(OUTAGE_SECONDS)
        left = results
        while left:
            if self._spooler.keep(hold, left):
                return True
            if patience.is_over() or hold.is_overdue():
                raise StoreUnavailable
            left = self._store_and_commit(hold, left)
            if left:
                patience.fail()
                self._spooler.say_away()
        return False

    def _store_and_commit(self, hold: Hold, results: Sequence[Result]) -> list[Result]:
        """Finish what the store takes within a few seconds; returns the rest."""
        successes = self._uploads.store(hold, results, Patience(PROMPT_SECONDS))
        if successes:
            self._spooler.say_back()
            committed = self._commit(hold, results, successes)
            self._spool.remove(list(committed))
            self._on_finished(len(committed))
        stored = {success.claim.job_id for success in successes}
        return [result for result in results if result.claim.job_id not in stored | hold.lost]

    def _commit(self, hold: Hold, results: Sequence[Result], successes: Sequence[Success]) -> frozenset[UUID]:
        """Raises ``DatabaseUnavailable`` when the worker must stop first: the results are left to its successor."""
        try:
            return endings.finish(hold, successes)
        except DatabaseUnavailable:
            with suppress(SpoolFull):
                self._spool.keep(results)
            raise

    def _encode(self, hold: Hold, generated: Sequence[Generated]) -> list[Result]:
        """Encode everything; what cannot be encoded fails alone."""
        started = [self._uploads.encode(item.media) for item in generated]
        results = [self._encoded(hold, item, files) for item, files in zip(generated, started, strict=True)]
        return [result for result in results if result is not None]

    @staticmethod
    def _encoded(hold: Hold, item: Generated, files: Sequence[Future[EncodedMedia]]) -> Result | None:
        try:
            encoded = tuple(file.result() for file in files)
        except Exception as error:
            log.exception("output_not_encoded", job_id=str(item.claim.job_id))
            broken = GenerationFailed(f"The output could not be encoded: {type(error).__name__}: {error}"[:1000])
            endings.fail(hold, [item.claim], broken)
            return None
        hold.advance()
        return Result(item.claim, encoded, item.device_seconds, item.work)


def _ids(generated: Sequence[Generated]) -> list[str]:
    return [str(item.claim.job_id) for item in generated]
