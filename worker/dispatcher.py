"""The process that makes good what was lost: bells and leases. Any number may run; one leads."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from shared.batches import claims as batches
from shared.batches import exports
from shared.config import Settings
from shared.db import get_engine, session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs import completion, expiry, sweeps
from shared.logging import get_logger
from shared.queue.doorbell import ring
from shared.queue.names import QueueName
from shared.storage.s3 import get_store
from shared.webhooks import sweeps as delivery_sweeps
from shared.workers import repository as workers
from worker import metrics
from worker.housekeeping import Housekeeping
from worker.ready import announce_ready

log = get_logger(__name__)

_GRACE_SECONDS = 4.0


class Leadership:
    """An advisory lock on a connection of its own: it ends with the connection, however the process ends."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether this process leads, after trying to. Raises ``SQLAlchemyError`` when the database is away."""
        if self._connection is None:
            self._connection = get_engine().connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            query = text("SELECT pg_try_advisory_lock(:key)")
            return bool(self._connection.scalar(query, {"key": workers.LEADER_LOCK}))
        except SQLAlchemyError:
            self.resign()
            raise

    def resign(self) -> None:
        """Let another process lead."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def return_leases() -> None:
    """Take back what was abandoned."""
    with session_scope() as session:
        returned = completion.return_expired(session)
        delivery_sweeps.return_expired_deliveries(session)
    metrics.LEASES_EXPIRED.inc(returned)
    if returned:
        log.warning("leases_expired", jobs=returned)


def tick() -> None:
    """One look: end what has run out of time, ring for what is due."""
    with session_scope() as session:
        expiry.fail_expired(session)
    with session_scope() as session:
        queues = list(sweeps.queues_with_due_jobs(session))
        wait = delivery_sweeps.next_due(session)
        if wait is not None and wait <= 0:
            queues.append(QueueName.DELIVERY)
        if batches.is_due(session) or exports.is_due(session):
            queues.append(QueueName.BATCHES)
        living = Counter(worker.queue for worker in workers.living(session))
    for queue in queues:
        bells = max(1, living[queue])
        for _ in range(bells):
            ring(queue, enough=bells)


def serve(settings: Settings) -> int:
    """Lead or stand by until SIGTERM; the exit status."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    leadership, housekeeping = Leadership(), Housekeeping(get_store())
    housekeeping.start()
    led, workers_first_until = False, 0.0
    announce_ready()
    while not stop.wait(settings.poll_seconds):
        try:
            leads = leadership.held()
            if leads and not led:
                log.info("leading")
                # A lease that lapsed while nobody could renew it is not a lost one: its worker may renew it first.
                workers_first_until = time.monotonic() + _GRACE_SECONDS
                housekeeping.lead()
            led = leads
            if not leads:
                housekeeping.stand_by()
                continue
            with metrics.DISPATCHER_TICK_SECONDS.time():
                if time.monotonic() > workers_first_until:
                    return_leases()
                tick()
        except (SQLAlchemyError, DatabaseUnavailable) as error:
            led = False
            housekeeping.stand_by()
            log.warning("database_unavailable", error=type(error).__name__)
    leadership.resign()
    return 0
