"""Advance batches that are due: plan, launch, look after. One slice of one batch at a time, so that all get on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from shared.batches import claims, endings
from shared.batches.claims import Held
from shared.batches.states import BatchState
from shared.config import get_settings
from shared.db import session_scope
from shared.errors import BottegaError, DatabaseUnavailable, InputRefused, LeaseLost, NotFound, ObjectMissing
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.storage.base import ObjectStore
from worker.batches import exporting
from worker.batches.care import take_care
from worker.batches.slices import Slice
from worker.batches.table_work import launch, plan

log = get_logger(__name__)

SLICE_SECONDS = 5.0
TURN_SECONDS = 15.0
_MOST_FAILURES = 5
_PAUSE_AFTER_FAILURE_SECONDS = 10.0
_PAUSE_IN_OUTAGE_SECONDS = 5.0
_BEFORE_ITS_JOBS = frozenset({BatchState.PLANNING, BatchState.LAUNCHING})


@dataclass(frozen=True, slots=True)
class Advancer:
    """What it takes to advance batches. ``stopping`` is asked between chunks."""

    store: ObjectStore
    stopping: Callable[[], bool] = lambda: False

    def advance_due(self, seconds: float = TURN_SECONDS) -> int:
        """Advance batches and exports until none is due or the turn is over; returns how many slices there were.

        Where it stops early it rings the bell for whoever goes on.
        """
        until, slices = time.monotonic() + seconds, 0
        while not self.stopping():
            if time.monotonic() >= until:
                ring(QueueName.BATCHES)
                break
            if not (self._advance_one() or exporting.advance_one(self.store, self._slice())):
                break
            slices += 1
        return slices

    def _slice(self) -> Slice:
        return Slice(time.monotonic() + SLICE_SECONDS, self.stopping, get_settings().lease_seconds)

    def _advance_one(self) -> bool:
        lease_seconds = get_settings().lease_seconds
        with session_scope() as session:
            held = claims.claim(session, lease_seconds)
        if held is None:
            return False
        try:
            self._work_on(held)
        except LeaseLost:
            log.info("batch_lease_lost", batch_id=str(held.batch_id))
        except (InputRefused, NotFound, ObjectMissing) as error:
            _give_up(held, error)
        except BottegaError as error:
            log.warning("batch_postponed", batch_id=str(held.batch_id), error=error.code)
            _let_go(held, _PAUSE_IN_OUTAGE_SECONDS, failed=False)
        except Exception:
            log.exception("batch_failed", batch_id=str(held.batch_id), failures=held.failures + 1)
            _let_go(held, _PAUSE_AFTER_FAILURE_SECONDS * (held.failures + 1), failed=True)
        return True

    def _work_on(self, held: Held) -> None:
        if held.failures >= _MOST_FAILURES:
            _give_up(held, BottegaError("The platform failed to handle it several times; its log says why."))
            return
        with session_scope(held.workspace_id) as session:
            state = claims.hold(session, held, get_settings().lease_seconds).state
        work = self._slice()
        if state is BatchState.PLANNING:
            plan(held, self.store, work)
        elif state is BatchState.LAUNCHING:
            launch(held, self.store, work)
        else:
            take_care(held, self.store, work)


def _let_go(held: Held, seconds: float, *, failed: bool) -> None:
    try:
        with session_scope(held.workspace_id) as session:
            claims.release(session, held, seconds, failed=failed)
    except DatabaseUnavailable:
        # Its lease lapses.
        log.warning("batch_not_released", batch_id=str(held.batch_id))


def _give_up(held: Held, error: BottegaError) -> None:
    """What cannot be planned or launched has failed; once its jobs are accepted they go on without it."""
    with session_scope(held.workspace_id) as session:
        try:
            batch = claims.hold(session, held, get_settings().lease_seconds)
        except LeaseLost:
            return
        if batch.state in _BEFORE_ITS_JOBS:
            endings.fail(session, batch, error.code, error.message)
            return
        claims.release(session, held, _PAUSE_AFTER_FAILURE_SECONDS * (held.failures + 1), failed=False)
    log.warning("batch_not_looked_after", batch_id=str(held.batch_id), error=error.code)
