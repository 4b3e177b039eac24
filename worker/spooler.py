"""Keep results on the disk while the store is away, and send them when it answers again."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.db import session_scope
from shared.errors import BottegaError, StoredObjectMismatch, StoreUnavailable
from shared.jobs import orphans
from shared.jobs.claims import Claim
from shared.logging import get_logger
from shared.storage.base import ObjectStore
from worker import endings, metrics
from worker.lease import Hold, LeaseKeeper
from worker.outage import Patience
from worker.spool import Result, Spool, SpoolFull
from worker.uploads import Uploads

log = get_logger(__name__)

PROMPT_SECONDS = 5.0
"""For so long an upload is tried before the store counts as away."""
_LOOK_SECONDS = 1.0
_LONGEST_PAUSE = 15.0
_TIDY_SECONDS = 3600.0
_REFUSALS = 5
_GIVEN_BACK_AT_ONCE = 500
_PROBE_KEY = "probe"
_LARGEST_PROBE = 1 << 20


@dataclass(eq=False, slots=True)
class Spooled:
    """A hold whose results lie on the disk."""

    hold: Hold
    claims: Sequence[Claim]
    """Those of the hold that have not ended."""
    failed_at: float = 0.0
    refusals: int = 0
    """How often the store took other jobs' files, but not these."""


class Spooler:
    """One thread that owns what is spooled: it keeps their leases, and sends them one hold after the other."""

    def __init__(
        self,
        spool: Spool,
        store: ObjectStore,
        uploads: Uploads,
        leases: LeaseKeeper,
        on_finished: Callable[[int], None],
    ) -> None:
        self._spool = spool
        self._store = store
        self._uploads = uploads
        self._leases = leases
        self._on_finished = on_finished
        self._spooled: deque[Spooled] = deque()
        self._refused_size: int | None = None
        self._away_since: float | None = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="spooler", daemon=True)

    def start(self) -> None:
        """Begin to look after the spool; say now if there is none, not when it is needed."""
        try:
            self._spool.keep(())
        except SpoolFull as error:
            log.warning("nothing_can_be_spooled", reason=error.message)
        self._thread.start()

    def stop(self) -> None:
        """Give back what is spooled, uncounted; the files stay, for whoever claims those jobs on this machine."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2)
        with self._lock:
            left, self._spooled = list(self._spooled), deque()
        claims = [claim for spooled in left for claim in spooled.claims]
        for start in range(0, len(claims), _GIVEN_BACK_AT_ONCE):
            endings.give_back(left[0].hold, claims[start : start + _GIVEN_BACK_AT_ONCE], "drain")
        for spooled in left:
            self._leases.release(spooled.hold)

    def has_room(self) -> bool:
        """Whether what is generated now could be stored, or kept: not while the store is away and the spool full."""
        return self._away_since is None or self._refused_size is None

    def say_away(self) -> None:
        """The store does not answer: from now on results go to the disk at once."""
        with self._lock:
            if self._away_since is None:
                log.warning("store_away")
                self._away_since = time.monotonic()

    def say_back(self) -> None:
        """The store has taken something."""
        with self._lock:
            if self._away_since is not None:
                log.warning("store_back", seconds=round(time.monotonic() - self._away_since, 1))
                self._away_since = None
                self._refused_size = None

    def keep(self, hold: Hold, results: Sequence[Result]) -> bool:
        """Take over a hold with its results, while the store is away; whether that was so and the disk had room."""
        if self._away_since is None:
            return False
        try:
            self._spool.keep(results)
        except SpoolFull as error:
            log.warning("not_spooled", error=error.message)
            self._refused_size = sum(result.size for result in results)
            return False
        hold.rest()
        with self._lock:
            self._spooled.append(Spooled(hold, [result.claim for result in results]))
        metrics.RESULTS_SPOOLED.inc(len(results))
        log.info("spooled", job_ids=[str(result.claim.job_id) for result in results])
        return True

    def _run(self) -> None:
        pause, tidied_at = _LOOK_SECONDS, float("-inf")
        while not self._stopping.wait(pause):
            try:
                if time.monotonic() - tidied_at > _TIDY_SECONDS:
                    tidied_at = time.monotonic()
                    self._tidy()
                pause = _LOOK_SECONDS if self._advance() else min(_LONGEST_PAUSE, pause * 2)
            except BottegaError as error:
                log.warning("spool_waits", error=error.code)
            except Exception:
                # This thread must live as long as the process: what is spooled is sent by nobody else.
                log.exception("spooler_broke")

    def _advance(self) -> bool:
        """Send what can be sent; whether there is nothing left to wait for."""
        self._drop_unwanted()
        while spooled := self._next():
            if not self._send(spooled):
                return False
            self._end(spooled)
        if self._away_since is None:
            return True
        if self._refused_size is not None and self._spool.fits(1, self._refused_size):
            self._refused_size = None
        return self._probe()

    def _next(self) -> Spooled | None:
        with self._lock:
            return self._spooled[0] if self._spooled and not self._stopping.is_set() else None

    def _send(self, spooled: Spooled) -> bool:
        """Bring the jobs of one hold to their end; whether all of them have come to it."""
        results = self._read(spooled)
        successes = self._uploads.store(spooled.hold, results, Patience(PROMPT_SECONDS)) if results else []
        if successes:
            self.say_back()
            committed = endings.finish(spooled.hold, successes)
            self._spool.remove(list(committed))
            self._on_finished(len(committed))
        ended = {success.claim.job_id for success in successes}
        spooled.claims = [result.claim for result in results if result.claim.job_id not in ended]
        if spooled.claims:
            self._postpone(spooled)
        return not spooled.claims

    def _drop_unwanted(self) -> None:
        """Forget what was called off, which makes room, and what another worker has now."""
        with self._lock:
            affected = [spooled for spooled in self._spooled if spooled.hold.dropped()]
        for spooled in affected:
            hold = spooled.hold
            canceled = [claim for claim in spooled.claims if claim.job_id in hold.canceled]
            if canceled:
                endings.confirm_cancel(hold, canceled)
                self._spool.remove([claim.job_id for claim in canceled])
            spooled.claims = [claim for claim in spooled.claims if claim.job_id not in hold.dropped()]
            if spooled.claims:
                hold.rest()
            else:
                self._end(spooled)

    def _read(self, spooled: Spooled) -> list[Result]:
        """What the disk has of it. Jobs whose results it has lost go back, uncounted."""
        found = {claim.job_id: self._spool.recall(claim) for claim in spooled.claims}
        missing = [claim for claim in spooled.claims if found[claim.job_id] is None]
        if missing:
            endings.give_back(spooled.hold, missing, "spool_lost")
        return [result for result in found.values() if result is not None]

    def _postpone(self, spooled: Spooled) -> None:
        """Let the next one try first. What the store refuses again and again, while it takes others, has failed."""
        took_others = self._uploads.stored_at > spooled.failed_at > 0
        spooled.failed_at = time.monotonic()
        spooled.refusals += took_others
        if spooled.refusals >= _REFUSALS:
            endings.fail(spooled.hold, spooled.claims, StoreUnavailable("The object store does not take this file."))
            self._spool.remove([claim.job_id for claim in spooled.claims])
            self._end(spooled)
            return
        spooled.hold.rest()
        with self._lock:
            if spooled in self._spooled:
                self._spooled.remove(spooled)
                self._spooled.append(spooled)

    def _end(self, spooled: Spooled) -> None:
        with self._lock:
            if spooled in self._spooled:
                self._spooled.remove(spooled)
        self._leases.release(spooled.hold)

    def _probe(self) -> bool:
        """With nothing to send, ask whether the store takes files again: one that is full still answers."""
        body = bytes(min(self._refused_size or 0, _LARGEST_PROBE))
        try:
            self._store.put(_PROBE_KEY, body, "application/octet-stream")
            self._store.delete(_PROBE_KEY)
        except (StoreUnavailable, StoredObjectMismatch):
            return False
        self.say_back()
        return True

    def _tidy(self) -> None:
        """Remove what nobody will ask for: results of two days ago, and of jobs that have ended."""
        self._spool.remove_old()
        job_ids = self._spool.job_ids()
        with session_scope() as session:
            self._spool.remove(orphans.ended_jobs(session, job_ids))
