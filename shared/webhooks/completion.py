"""Write down how an attempt went and what follows for its delivery, its endpoint and the breaker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.webhooks import repository
from shared.webhooks.claims import Claim, is_held
from shared.webhooks.models import (
    DeliveryState,
    EndpointState,
    WebhookAttempt,
    WebhookBreaker,
    WebhookDelivery,
    WebhookEndpoint,
)
from shared.webhooks.schedule import BREAKER_FIRST, BREAKER_LONGEST, FAILURES_TO_OPEN, Outcome, Verdict

_UNSYNCED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one HTTP request came to. ``status`` is empty when no answer came, and ``error`` says why."""

    started_at: datetime
    milliseconds: int
    address: str | None
    status: int | None
    error: str | None
    response: str


def finish(session: Session, claim: Claim, attempt: Attempt, verdict: Verdict) -> bool:
    """Record an attempt and move its delivery on; returns whether the claim still held.

    A delivery that was given to another sender meanwhile is left alone; the attempt is logged all the same.
    """
    held = _move_on(session, claim, verdict)
    if not held and not _exists(session, claim):
        return False
    session.add(
        WebhookAttempt(
            workspace_id=claim.workspace_id,
            delivery_id=claim.delivery_id,
            started_at=attempt.started_at,
            milliseconds=attempt.milliseconds,
            address=attempt.address,
            status=attempt.status,
            error=attempt.error,
            response=attempt.response,
        )
    )
    if verdict.outcome is Outcome.GONE and claim.endpoint_id is not None:
        session.execute(
            update(WebhookEndpoint).where(WebhookEndpoint.id == claim.endpoint_id).values(state=EndpointState.DISABLED),
            execution_options=_UNSYNCED,
        )
    if verdict.outcome in (Outcome.RETRY, Outcome.SPENT):
        _count_failure(session, claim)
    else:
        repository.forget_failures(session, claim.receiver_id)
    session.flush()
    return held


def refuse(session: Session, claim: Claim) -> None:
    """Fail a delivery whose endpoint was disabled after it was announced."""
    _move_on(session, claim, Verdict(Outcome.GONE))


def _move_on(session: Session, claim: Claim, verdict: Verdict) -> bool:
    moved = session.scalars(
        update(WebhookDelivery)
        .where(is_held(claim))
        .values(lease_until=None, **_values_after(verdict))
        .returning(WebhookDelivery.id),
        execution_options=_UNSYNCED,
    ).one_or_none()
    return moved is not None


def _values_after(verdict: Verdict) -> dict[str, Any]:
    match verdict.outcome:
        case Outcome.SUCCEEDED:
            return {"state": DeliveryState.SUCCEEDED, "finished_at": func.clock_timestamp()}
        case Outcome.RETRY:
            return {"state": DeliveryState.PENDING, "next_attempt_at": func.clock_timestamp() + verdict.wait}
        case Outcome.SPENT | Outcome.GONE:
            return {"state": DeliveryState.FAILED, "finished_at": func.clock_timestamp()}
        case _:
            assert_never(verdict.outcome)


def _exists(session: Session, claim: Claim) -> bool:
    """Whether the delivery is still there; if so it cannot be deleted until the transaction ends."""
    found = session.scalars(
        select(WebhookDelivery.id)
        .where(WebhookDelivery.id == claim.delivery_id)
        .with_for_update(read=True, key_share=True)
    ).one_or_none()
    return found is not None


def _count_failure(session: Session, claim: Claim) -> None:
    """One failure more in a row. The fifth opens the breaker, and each failed probe doubles its time.

    What ends while it is open was under way before and says nothing new.
    """
    failures = WebhookBreaker.consecutive_failures + 1
    doublings = func.least(failures - FAILURES_TO_OPEN, 6)
    seconds = func.least(BREAKER_FIRST.total_seconds() * func.power(2, doublings), BREAKER_LONGEST.total_seconds())
    pause = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    session.execute(
        insert(WebhookBreaker)
        .values(receiver_id=claim.receiver_id, workspace_id=claim.workspace_id, consecutive_failures=1)
        .on_conflict_do_update(
            index_elements=[WebhookBreaker.receiver_id],
            set_={
                "consecutive_failures": failures,
                "open_until": case((failures >= FAILURES_TO_OPEN, func.clock_timestamp() + pause)),
            },
            where=or_(WebhookBreaker.open_until.is_(None), WebhookBreaker.open_until <= func.clock_timestamp()),
        )
    )
