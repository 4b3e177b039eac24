"""Keep the leases of the jobs in this process's hands, and learn which of them are called off or lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from uuid import UUID

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs.claims import Claim, Held, look, renew
from shared.logging import get_logger

log = get_logger(__name__)

_LOOK_SECONDS = 0.5


def _die() -> None:
    """End this process at once: a hung device call holds the thread that would have to return."""
    os.kill(os.getpid(), signal.SIGKILL)


class Hold:
    """The claims of one forward batch while this process works on them."""

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = tuple(claims)
        self.canceled: frozenset[UUID] = frozenset()
        self.lost: frozenset[UUID] = frozenset()
        self._advanced_at = time.monotonic()

    def advance(self, patience: float = 0) -> None:
        """Say that work has moved on. A hold that does not advance is not renewed.

        ``patience`` is for what makes no steps: so many seconds pass before the hold counts as idle.
        """
        self._advanced_at = time.monotonic() + patience

    def idle_seconds(self) -> float:
        """How long ago work last moved on."""
        return time.monotonic() - self._advanced_at

    def dropped(self) -> frozenset[UUID]:
        """Jobs whose outputs nobody wants any more."""
        return self.canceled | self.lost

    def learn(self, held: Held) -> None:
        """Take over what the database says."""
        self.canceled = self.canceled | held.canceled
        self.lost = frozenset(claim.job_id for claim in self.claims) - held.kept


class LeaseKeeper:
    """One thread that renews every hold of the process: one statement a look, whatever the number of jobs.

    It renews only while work advances. A hold that has not advanced for ``stall_seconds`` means a hung device:
    the process is ended, its parent starts another, and the jobs come back when their leases lapse.
    """

    def __init__(
        self,
        lease_seconds: float,
        renew_seconds: float,
        stall_seconds: float,
        on_stall: Callable[[], None] = _die,
    ) -> None:
        self._lease_seconds = lease_seconds
        self._renew_seconds = renew_seconds
        self._stall_seconds = stall_seconds
        self._on_stall = on_stall
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
        hold = Hold(claims)
        with self._lock:
            self._holds.add(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """The claims have ended, one way or another."""
        with self._lock:
            self._holds.discard(hold)

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
        claims = [claim for hold in holds for claim in hold.claims]
        if not claims:
            return
        due = time.monotonic() - self._renewed_at >= self._renew_seconds
        try:
            with session_scope() as session:
                held = renew(session, claims, self._lease_seconds) if due else look(session, claims)
        except DatabaseUnavailable:
            log.warning("lease_not_renewed", jobs=len(claims))
            return
        if due:
            self._renewed_at = time.monotonic()
        for hold in holds:
            hold.learn(held)
