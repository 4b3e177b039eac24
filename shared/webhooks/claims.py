"""Give due deliveries to a sender: one statement that picks, leases and fences.

Every receiver with something pending is looked at through a skip scan (one probe a receiver), so that a long
backlog of a dead receiver neither slows the claim nor starves the others. A receiver whose circuit breaker is
open gets nothing; once its time is over it gets one probe at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, text
from sqlalchemy.orm import Session

from shared.db import IDLE_TURN
from shared.webhooks.models import DeliveryState, EndpointState, WebhookDelivery

LEASE_SECONDS = 30
MAX_IN_FLIGHT = 4
"""Requests under way to one receiver, of all senders together."""

# Counting what is in flight is only exact when claims follow one another; each takes a few milliseconds. The
# commit does not wait for the disk: a claim that a crash of Postgres forgets is made again.
_TAKE_TURNS = text(
    "SELECT set_config('synchronous_commit', 'off', true),"
    " set_config('idle_in_transaction_session_timeout', :idle, true),"
    " pg_advisory_xact_lock(hashtext('bottega.webhook_deliveries'))"
)

LANES = """
WITH RECURSIVE lane AS (
    (SELECT receiver_id FROM webhook_deliveries WHERE state = 'pending' ORDER BY receiver_id LIMIT 1)
    UNION ALL
    SELECT following.receiver_id FROM lane, LATERAL (
        SELECT receiver_id FROM webhook_deliveries
         WHERE state = 'pending' AND receiver_id > lane.receiver_id
         ORDER BY receiver_id LIMIT 1) AS following
), receiver AS (
    SELECT lane.receiver_id, breaker.open_until,
           CASE WHEN breaker.open_until IS NULL THEN :in_flight ELSE 1 END - busy.sending AS free
      FROM lane LEFT JOIN webhook_breakers AS breaker USING (receiver_id), LATERAL (
        SELECT count(*) AS sending FROM webhook_deliveries
         WHERE state = 'sending' AND receiver_id = lane.receiver_id) AS busy
)
"""
"""The receivers that something is pending for, and how many requests more each may be sent now."""

# The inner LIMIT is a constant, so that the planner walks the index however many rows a receiver has.
_TAKE = """, candidate AS (
    SELECT due.id, due.next_attempt_at, receiver.free,
           row_number() OVER (PARTITION BY receiver.receiver_id ORDER BY due.next_attempt_at, due.id) AS place
      FROM receiver, LATERAL (
        SELECT id, next_attempt_at FROM webhook_deliveries
         WHERE state = 'pending' AND receiver_id = receiver.receiver_id
           AND next_attempt_at <= statement_timestamp()
         ORDER BY next_attempt_at LIMIT :in_flight
         FOR UPDATE SKIP LOCKED) AS due
     WHERE receiver.free > 0
       AND (receiver.open_until IS NULL OR receiver.open_until <= statement_timestamp())
), picked AS (
    SELECT id FROM candidate WHERE place <= free ORDER BY next_attempt_at, id LIMIT :limit
), claimed AS (
    UPDATE webhook_deliveries AS delivery SET
        state = 'sending',
        fence = nextval('job_fence'),
        lease_until = clock_timestamp() + make_interval(secs => :lease_seconds),
        next_attempt_at = NULL,
        attempts = attempts + 1
    FROM picked WHERE delivery.id = picked.id
    RETURNING delivery.*
)
SELECT claimed.id, claimed.workspace_id, claimed.event_id, event.job_id, claimed.receiver_id, claimed.endpoint_id,
       claimed.url, claimed.body, claimed.fence, claimed.attempts,
       endpoint.state AS endpoint_state,
       coalesce(endpoint.secret, workspace.webhook_secret) AS secret,
       CASE WHEN endpoint.previous_secret_until > now() THEN endpoint.previous_secret END AS previous_secret
  FROM claimed
  JOIN events AS event ON event.id = claimed.event_id
  JOIN workspaces AS workspace ON workspace.id = claimed.workspace_id
  LEFT JOIN webhook_endpoints AS endpoint ON endpoint.id = claimed.endpoint_id
 ORDER BY claimed.id
"""
_CLAIM = text(LANES + _TAKE).bindparams(bindparam("in_flight", MAX_IN_FLIGHT, literal_execute=True))


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in a sender's hands: what to send, and the fence that proves it is still the sender's."""

    delivery_id: UUID
    workspace_id: UUID
    event_id: UUID
    job_id: UUID | None
    """Empty for a test event."""
    receiver_id: UUID
    endpoint_id: UUID | None
    endpoint_state: EndpointState | None
    url: str
    body: str
    fence: int
    attempts: int
    """This one included."""
    sealed_secrets: tuple[bytes, ...] = field(repr=False)


def claim(session: Session, limit: int) -> list[Claim]:
    """Lease up to ``limit`` due deliveries, oldest first, at most four in flight a receiver."""
    session.execute(_TAKE_TURNS, {"idle": IDLE_TURN})
    rows = session.execute(_CLAIM, {"limit": limit, "lease_seconds": LEASE_SECONDS}).mappings()
    return [_claim_of(dict(row)) for row in rows]


def is_held(held: Claim) -> ColumnElement[bool]:
    """Whether the delivery is still being sent under this claim."""
    return (
        (WebhookDelivery.id == held.delivery_id)
        & (WebhookDelivery.fence == held.fence)
        & (WebhookDelivery.state == DeliveryState.SENDING)
    )


def _claim_of(row: dict[str, Any]) -> Claim:
    state = row.pop("endpoint_state")
    sealed: Sequence[bytes | None] = (row.pop("secret"), row.pop("previous_secret"))
    return Claim(
        delivery_id=row.pop("id"),
        endpoint_state=EndpointState(state) if state is not None else None,
        sealed_secrets=tuple(secret for secret in sealed if secret is not None),
        **row,
    )
