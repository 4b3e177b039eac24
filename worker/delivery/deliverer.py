"""Deliver what is due: claim, send concurrently, write down how it went, until nothing is due."""

from __future__ import annotations

import ssl
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine

from shared.clock import utc_now
from shared.db import get_engine, session_scope
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.webhooks.address_policy import AddressPolicy, get_policy
from shared.webhooks.claims import Claim, claim
from shared.webhooks.completion import Attempt, finish, refuse
from shared.webhooks.models import EndpointState
from shared.webhooks.schedule import Outcome, judge
from shared.webhooks.signing import SigningSecret, signed_headers
from worker import metrics
from worker.delivery.exchange import EXCHANGE_SECONDS, Answer, exchange

log = get_logger(__name__)

MAX_CONCURRENT = 32
CLAIM_SECONDS = 10.0
"""How long one call claims. A drain then waits for this and one exchange at most."""
# A slow receiver keeps the call busy, so it looks by itself whether other deliveries have come due meanwhile.
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How the attempts of one call ended. Those ``unrecorded`` are found again when their lease runs out."""

    succeeded: int = 0
    retry: int = 0
    spent: int = 0
    gone: int = 0
    unrecorded: int = 0

    @property
    def attempts(self) -> int:
        """All of them."""
        return self.succeeded + self.retry + self.spent + self.gone + self.unrecorded


class Deliverer:
    """Sends webhooks. Holds what is slow to make: the trust store and the database's connections."""

    def __init__(
        self,
        engine: Engine,
        policy: AddressPolicy,
        ssl_context: ssl.SSLContext | None = None,
        exchange_seconds: float = EXCHANGE_SECONDS,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._ssl_context = ssl_context or ssl.create_default_context()
        self._exchange_seconds = exchange_seconds
        self.on_sent: Callable[[int], None] = lambda _deliveries: None
        """Told how many deliveries were received, as it happens."""
        if policy.allow_private:
            log.warning("webhooks_may_reach_private_addresses")

    def deliver_due(self, limit: int) -> DeliveryCounts:
        """Send what is due until nothing is, ``limit`` deliveries are claimed, or 10 s have passed.

        Where it stops early it rings the bell for whoever goes on. Several may run at once, in any processes.
        """
        counts: Counter[str] = Counter()
        under_way: set[Future[str]] = set()
        claimed, ends_at = 0, time.monotonic() + CLAIM_SECONDS
        with ThreadPoolExecutor(MAX_CONCURRENT, thread_name_prefix="delivery") as pool:
            while True:
                stopping = claimed >= limit or time.monotonic() >= ends_at
                claims = [] if stopping else self._claim(min(MAX_CONCURRENT - len(under_way), limit - claimed))
                claimed += len(claims)
                under_way |= {pool.submit(self._deliver, held) for held in claims}
                if stopping or not under_way:
                    break
                done, under_way = wait(under_way, _LOOK_AGAIN_SECONDS, FIRST_COMPLETED)
                counts.update(future.result() for future in done)
            if stopping:
                ring(QueueName.DELIVERY)
            counts.update(future.result() for future in under_way)
        return DeliveryCounts(**counts)

    def _claim(self, limit: int) -> list[Claim]:
        if limit <= 0:
            return []
        with session_scope(engine=self._engine) as session:
            return claim(session, limit)

    def _deliver(self, held: Claim) -> str:
        """One attempt; returns the name of its count."""
        try:
            if held.endpoint_state is EndpointState.DISABLED:
                with session_scope(engine=self._engine) as session:
                    refuse(session, held)
                return Outcome.GONE.value
            return self._record(held, self._send(held)).value
        except Exception:
            log.exception("webhook_attempt_unrecorded", delivery_id=str(held.delivery_id), event_id=str(held.event_id))
            return "unrecorded"

    def _send(self, held: Claim) -> Answer:
        body = held.body.encode()
        secrets = [SigningSecret.unseal(sealed) for sealed in held.sealed_secrets]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Bottega-Webhooks",
            **signed_headers(secrets, str(held.event_id), utc_now(), body),
        }
        return exchange(held.url, headers, body, self._policy, self._ssl_context, seconds=self._exchange_seconds)

    def _record(self, held: Claim, answer: Answer) -> Outcome:
        verdict = judge(answer.status, answer.headers, held.attempts, utc_now())
        attempt = Attempt(
            started_at=answer.started_at,
            milliseconds=answer.milliseconds,
            address=answer.address,
            status=answer.status,
            error=answer.error,
            response=answer.body,
        )
        with session_scope(engine=self._engine) as session:
            still_held = finish(session, held, attempt, verdict)
        self.on_sent(int(verdict.outcome is Outcome.SUCCEEDED))
        metrics.WEBHOOK_ATTEMPTS.labels(verdict.outcome.value).inc()
        metrics.WEBHOOK_SECONDS.observe(answer.milliseconds / 1000)
        log.info(
            "webhook_attempt",
            delivery_id=str(held.delivery_id),
            event_id=str(held.event_id),
            job_id=str(held.job_id) if held.job_id else None,
            attempt=held.attempts,
            status=answer.status,
            error=answer.error,
            milliseconds=answer.milliseconds,
            outcome=verdict.outcome.value,
            still_held=still_held,
        )
        return verdict.outcome


@cache
def get_deliverer() -> Deliverer:
    """This process's deliverer, made once; a process that sends makes it at its start."""
    return Deliverer(get_engine(), get_policy())


def deliver_due(limit: int = 500) -> DeliveryCounts:
    """Send what is due, as ``Deliverer.deliver_due`` does, with this process's settings."""
    return get_deliverer().deliver_due(limit)
