"""What the dispatcher does for webhooks: take back what a dead sender held, and say when to ring."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, delete, exists, func, select, text, update
from sqlalchemy.orm import Session

from shared.webhooks.claims import LANES, MAX_IN_FLIGHT
from shared.webhooks.models import DeliveryState, WebhookAttempt, WebhookBreaker, WebhookDelivery
from shared.webhooks.schedule import MAX_ATTEMPTS

LOG_KEPT_FOR = timedelta(days=30)
_UNSYNCED = {"synchronize_session": False}
_UNFINISHED = (DeliveryState.PENDING, DeliveryState.SENDING)

_FIRST = """
SELECT extract(epoch FROM min(greatest(due.next_attempt_at, receiver.open_until)) - statement_timestamp())
  FROM receiver, LATERAL (
    SELECT next_attempt_at FROM webhook_deliveries
     WHERE state = 'pending' AND receiver_id = receiver.receiver_id
     ORDER BY next_attempt_at LIMIT 1) AS due
 WHERE receiver.free > 0
"""
_NEXT_DUE = text(LANES + _FIRST)


def return_expired_deliveries(session: Session) -> int:
    """Take back deliveries whose sender fell silent, due at once under the same id; returns how many.

    The attempt counts, so that a delivery that kills its senders comes to an end.
    """
    spent = WebhookDelivery.attempts >= MAX_ATTEMPTS
    returned = session.scalars(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.state == DeliveryState.SENDING,
            WebhookDelivery.lease_until < func.clock_timestamp(),
        )
        .values(
            state=case((spent, DeliveryState.FAILED.value), else_=DeliveryState.PENDING.value),
            lease_until=None,
            next_attempt_at=case((~spent, func.now())),
            finished_at=case((spent, func.now())),
        )
        .returning(WebhookDelivery.id),
        execution_options=_UNSYNCED,
    )
    return len(returned.all())


def next_due(session: Session) -> float | None:
    """Seconds until a delivery may be sent, at most 0 when one may now; ``None`` when none waits.

    Ring the bell when it is not above 0. Receivers that are busy, or whose breaker is open, are left out.
    """
    seconds = session.scalars(_NEXT_DUE, {"in_flight": MAX_IN_FLIGHT}).one()
    return None if seconds is None else float(seconds)


def forget_old(session: Session, limit: int = 5_000) -> int:
    """Delete attempts of more than 30 days ago, at most ``limit``, and breakers nothing waits behind.

    Returns how many attempts went.
    """
    old = (
        select(WebhookAttempt.id)
        .where(WebhookAttempt.started_at < func.now() - LOG_KEPT_FOR)
        .order_by(WebhookAttempt.started_at)
        .limit(limit)
    )
    gone = session.scalars(
        delete(WebhookAttempt).where(WebhookAttempt.id.in_(old)).returning(WebhookAttempt.id),
        execution_options=_UNSYNCED,
    ).all()
    session.execute(
        delete(WebhookBreaker).where(
            ~exists().where(
                WebhookDelivery.receiver_id == WebhookBreaker.receiver_id,
                WebhookDelivery.state.in_(_UNFINISHED),
            )
        ),
        execution_options=_UNSYNCED,
    )
    return len(gone)
