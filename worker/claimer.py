"""Bring the device its next forward batch: of the right size, of a loaded model, and before the present one ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs import claims as job_claims
from shared.jobs.claims import Claim, Wanted
from shared.logging import get_logger
from shared.queue.names import QueueName
from worker import endings, metrics
from worker.batch_sizes import Sizes
from worker.lease import Hold, LeaseKeeper
from worker.residents import Residents

log = get_logger(__name__)

# A claim made ahead makes no steps while it waits for the batch before it, whose own steps are watched.
_AHEAD_SECONDS = 3600
# Loading may take this part of a device's time, where other models would have to take turns.
_LOADING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Terms:
    """What a claim goes by, besides what is due."""

    lease_seconds: float
    switch_seconds: float
    """How long a loaded model is preferred at most, while others wait. Longer for one that loads slowly."""
    fill_seconds: float = 0
    """How long to wait for more jobs of the same kind when a forward batch is not full."""
    classes: Sequence[str] | None = None
    """The resource classes of models to run; none: all."""
    queue: QueueName = QueueName.GENERATION


class Claimer:
    """Claims for one device, at most one ahead."""

    def __init__(self, worker_id: UUID, terms: Terms, models: Residents, sizes: Sizes, leases: LeaseKeeper) -> None:
        self._worker_id = worker_id
        self._terms = terms
        self._models = models
        self._sizes = sizes
        self._leases = leases
        self._switched_at = time.monotonic()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="claimer")
        self._lock = threading.Lock()
        self._ahead: Future[Hold | None] | None = None

    def next(self) -> Hold | None:
        """The next claims, kept alive: those claimed ahead, or new ones; nothing when nothing is due."""
        with self._lock:
            ahead, self._ahead = self._ahead, None
        hold = ahead.result() if ahead is not None else None
        hold = hold or self._claim()
        if hold is not None:
            hold.advance()
        return hold

    def look_ahead(self) -> None:
        """Begin to claim for when the present forward batch has ended. Returns at once."""
        with self._lock:
            if self._ahead is None:
                self._ahead = self._thread.submit(self._claim)

    def has_ahead(self) -> bool:
        """Whether claims may have been made ahead, which have to be run or put back."""
        with self._lock:
            return self._ahead is not None

    def put_back(self) -> None:
        """Give back, uncounted, what was claimed ahead."""
        with self._lock:
            ahead, self._ahead = self._ahead, None
        hold = ahead.result() if ahead is not None else None
        if hold is None:
            return
        endings.give_back(hold, hold.claims, "drain")
        self._leases.release(hold)

    def _claim(self) -> Hold | None:
        wanted = Wanted(self._sizes.first, self._sizes.known(), self._preferred(), self._terms.classes)
        try:
            with metrics.CLAIM_SECONDS.time(), session_scope() as session:
                claims = job_claims.claim(
                    session, self._terms.queue, self._worker_id, wanted, self._terms.lease_seconds
                )
        except DatabaseUnavailable:
            log.warning("claim_not_made")
            return None
        if not claims:
            return None
        if claims[0].model_id not in self._models.loaded():
            self._switched_at = time.monotonic()
        hold = self._leases.take([*claims, *self._fill(claims, wanted)])
        hold.advance(patience=_AHEAD_SECONDS)
        return hold

    def _preferred(self) -> list[UUID]:
        """The loaded models, until others have waited for long enough."""
        patience = max(self._terms.switch_seconds, self._models.longest_load_seconds() / _LOADING_SHARE)
        return list(self._models.loaded()) if time.monotonic() - self._switched_at < patience else []

    def _fill(self, claims: list[Claim], wanted: Wanted) -> list[Claim]:
        """More jobs of the same kind, if a short wait brings any."""
        room = wanted.sizes.get(claims[0].batch_key, wanted.limit) - len(claims)
        if not self._terms.fill_seconds or room <= 0:
            return []
        time.sleep(self._terms.fill_seconds)
        try:
            with session_scope() as session:
                return job_claims.fill(
                    session,
                    self._terms.queue,
                    self._worker_id,
                    claims[0],
                    Wanted(room),
                    self._terms.lease_seconds,
                )
        except DatabaseUnavailable:
            log.warning("batch_not_filled")
            return []
