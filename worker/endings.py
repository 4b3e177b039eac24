"""How claims end, each way in a transaction of its own, which a short outage of the database only delays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from shared.db import session_scope
from shared.errors import BottegaError, DatabaseUnavailable
from shared.jobs import completion
from shared.jobs.claims import Claim
from shared.jobs.completion import Success
from shared.logging import get_logger
from worker import metrics
from worker.lease import Hold
from worker.outage import patiently

log = get_logger(__name__)


def finish(hold: Hold, successes: Sequence[Success]) -> frozenset[UUID]:
    """End the jobs whose outputs are stored; returns those that were still this worker's."""

    def write() -> frozenset[UUID]:
        with session_scope() as session:
            return completion.finish(session, successes)

    committed = patiently(hold, write)
    stale = [str(success.claim.job_id) for success in successes if success.claim.job_id not in committed]
    metrics.STALE_FINISHES.inc(len(stale))
    log.info("finished", job_ids=list(map(str, committed)), stale=stale)
    return committed


def fail(hold: Hold, claims: Sequence[Claim], error: BottegaError) -> None:
    """End an attempt that failed."""

    def write() -> None:
        with session_scope() as session:
            completion.fail(session, claims, error)

    patiently(hold, write)


def confirm_cancel(hold: Hold, claims: Sequence[Claim]) -> None:
    """End jobs that somebody called off."""

    def write() -> None:
        with session_scope() as session:
            completion.confirm_cancel(session, claims)

    patiently(hold, write)


def give_back(hold: Hold, claims: Sequence[Claim], reason: str) -> None:
    """Return jobs that are not to blame, uncounted."""

    def write() -> None:
        with session_scope() as session:
            completion.give_back(session, claims, reason)

    try:
        patiently(hold, write)
    except DatabaseUnavailable:
        # Nothing more can be written about these jobs: they come back when their leases lapse.
        log.error("claim_abandoned", job_ids=[str(claim.job_id) for claim in claims])
