"""How many deliveries wait and how many receivers are left alone, at a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

COUNT_CAP = 10_000

# In the order of the partial index, which the planner then walks instead of the whole table.
_PENDING = text(
    """
SELECT count(*) AS pending, count(*) FILTER (WHERE next_attempt_at <= now()) AS due FROM (
    SELECT next_attempt_at FROM webhook_deliveries WHERE state = 'pending'
     ORDER BY receiver_id, next_attempt_at LIMIT :cap) AS counted
"""
)
_OPEN = text(
    "SELECT count(*) FROM (SELECT FROM webhook_breakers WHERE open_until > clock_timestamp() LIMIT :cap) AS counted"
)


@dataclass(frozen=True, slots=True)
class DeliveryBacklog:
    """Each at most ``COUNT_CAP``; ``due`` counts among those ``pending`` that were counted."""

    pending: int
    due: int
    breakers_open: int


def delivery_backlog(session: Session, cap: int = COUNT_CAP) -> DeliveryBacklog:
    """What waits to be sent, and the breakers that keep it from being sent."""
    row = session.execute(_PENDING, {"cap": cap}).one()
    return DeliveryBacklog(row.pending, row.due, session.execute(_OPEN, {"cap": cap}).scalar_one())
