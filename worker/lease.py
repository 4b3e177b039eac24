"""Keep the leases of the jobs in this process's hands, and learn which of them are called off or lost."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs.claims import Claim, Held, look, renew
from shared.logging import get_logger
from worker.drain import Drain

log = get_logger(__name__)

_LOOK_SECONDS = 0.5
# After so long without an answer about its leases, the database is away for the whole process.
_CUT_OFF_SECONDS = 5.0
_CLAIMS_A_STATEMENT = 500


def _die() -> None:
    """End this process at once: a hung device call holds the thread that would have to return."""
    os.kill(os.getpid(), signal.SIGKILL)


class Hold:
    """The claims of one forward batch while this process works on them."""

    def __init__(self, claims: Sequence[Claim], drain: Drain | None = None) -> None:
        self.claims = tuple(claims)
        self.canceled: frozenset[UUID] = frozenset()
        self.lost: frozenset[UUID] = frozenset()
        self._drain = drain or Drain(None, 0)
        self._advanced_at = self._heard_at = time.monotonic()

    def advance(self, patience: float = 0) -> None:
        """Say that work has moved on. A hold that does not advance is not renewed.

        ``patience`` is for what makes no steps: so many seconds pass before the hold counts as idle.
        """
        self._advanced_at = time.monotonic() + patience

    def rest(self) -> None:
        """Say that nothing will move until ``advance``: the results lie on the disk, and keep their leases."""
        self._advanced_at = math.inf

    def is_resting(self) -> bool:
        """Whether it waits for something other than the device."""
        return self._advanced_at == math.inf

    def idle_seconds(self) -> float:
        """How long ago work last moved on."""
        return time.monotonic() - self._advanced_at

    def is_cut_off(self) -> bool:
        """Whether the database has said nothing about these claims for a while."""
        return time.monotonic() - self._heard_at > _CUT_OFF_SECONDS

    def is_overdue(self) -> bool:
        """Whether the worker must stop now, and no longer wait for anything."""
        return self._drain.overdue()

    def dropped(self) -> frozenset[UUID]:
        """Jobs whose outputs nobody wants any more."""
        return self.canceled | self.lost

    def learn(self, held: Held) -> None:
        """Take over what the database says."""
        self._heard_at = time.monotonic()
        self.canceled = self.canceled | held.canceled
        self.lost = frozenset(claim.job_id for claim in self.claims) - held.kept


class LeaseKeeper:
    """One thread that renews every hold of the process, and looks more often at those on the device.

    It renews only while work advances. A hold that has not advanced for ``stall_seconds`` means a hung device:
    the process is ended, its parent starts another, and the jobs come back when their leases lapse.
    """

    def __init__(
        self,
        lease_seconds: float,
        renew_seconds: float,
        stall_seconds: float,
        on_stall: Callable[[], None] = _die,
        drain: Drain | None = None,
    ) -> None:
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds
        self._stall_seconds = stall_seconds
        self._on_stall = on_stall
        self._drain = drain
        self._holds: set[Hold] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._renewed_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def start(self) -> None:
        """Begin to keep leases."""
        self._thread.start()

    def stop(self) -> None:
        """Keep no more leases."""
        self._stop.set()
        self._thread.join(timeout=5)

    def take(self, claims: Sequence[Claim]) -> Hold:
        """Keep these claims' leases until ``release``."""
        hold = Hold(claims, self._drain)
        with self._lock:
            self._holds.add(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """The claims have ended, one way or another."""
        with self._lock:
            self._holds.discard(hold)

    def end_process(self) -> None:
        """End this process as for a stall: its device is of no more use, and its parent starts another one."""
        self._on_stall()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            with self._lock:
                holds = list(self._holds)
            if not holds:
                self._renewed_at = time.monotonic()
                continue
            stalled = [hold for hold in holds if hold.idle_seconds() > self._stall_seconds]
            if stalled:
                log.error("stalled", jobs=[str(claim.job_id) for hold in stalled for claim in hold.claims])
                self._on_stall()
            try:
                self._ask([hold for hold in holds if hold not in stalled])
            except Exception:
                # This thread must live as long as the process: without it every lease lapses.
                log.exception("leases_not_asked")

    def _ask(self, holds: Sequence[Hold]) -> None:
        due = time.monotonic() - self._renewed_at >= self._renew_seconds
        asked = [hold for hold in holds if due or not hold.is_resting()]
        claims = [claim for hold in asked for claim in hold.claims]
        if not claims:
            return
        try:
            held = self._renew(claims) if due else _look_at(claims)
        except DatabaseUnavailable:
            log.warning("lease_not_renewed", jobs=len(claims))
            return
        if due:
            self._renewed_at = time.monotonic()
        for hold in asked:
            hold.learn(held)

    def _renew(self, claims: Sequence[Claim]) -> Held:
        return _in_parts(claims, lambda session, part: renew(session, part, self._lease_seconds))


def _look_at(claims: Sequence[Claim]) -> Held:
    return _in_parts(claims, look)


def _in_parts(claims: Sequence[Claim], ask: Callable[[Session, Sequence[Claim]], Held]) -> Held:
    """Ask about any number of claims, each part in a transaction of its own."""
    kept: frozenset[UUID] = frozenset()
    canceled: frozenset[UUID] = frozenset()
    for start in range(0, len(claims), _CLAIMS_A_STATEMENT):
        with session_scope() as session:
            held = ask(session, claims[start : start + _CLAIMS_A_STATEMENT])
        kept, canceled = kept | held.kept, canceled | held.canceled
    return Held(kept, canceled)
