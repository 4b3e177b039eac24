"""Gauges of the whole platform, asked of Postgres when somebody scrapes. Every web process gives the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.jobs import backlog
from shared.jobs.metrics import priority_name
from shared.logging import get_logger
from shared.webhooks.backlog import delivery_backlog
from shared.workers import repository as workers

log = get_logger(__name__)


class PlatformCollector(Collector):
    """One transaction a scrape. Without a database there are no gauges but the one that says so."""

    def collect(self) -> Iterable[Metric]:
        """Every gauge, with what the database says now."""
        up = GaugeMetricFamily("bottega_database_up", "Whether Postgres answered this scrape.")
        try:
            with session_scope() as session:
                found = [*_jobs(session), *_workers(session), *_deliveries(session)]
        except DatabaseUnavailable:
            log.warning("platform_metrics_unavailable")
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *found]


def _jobs(session: Session) -> Iterator[Metric]:
    labels = ["queue", "priority", "model"]
    depth = GaugeMetricFamily(
        "bottega_queue_depth", f"Due jobs, counted up to {backlog.COUNT_CAP} a lane.", labels=labels
    )
    oldest = GaugeMetricFamily(
        "bottega_queue_oldest_seconds", "For how long the oldest due job has been due.", labels=labels
    )
    for lane in backlog.lanes(session):
        values = [lane.queue.value, priority_name(lane.priority), lane.model]
        depth.add_metric(values, lane.jobs)
        oldest.add_metric(values, lane.oldest_seconds)
    yield depth
    yield oldest
    running = GaugeMetricFamily("bottega_jobs_running", "Jobs that a worker holds.", labels=["queue", "model"])
    for held in backlog.running(session):
        running.add_metric([held.queue.value, held.model], held.jobs)
    yield running
    yield GaugeMetricFamily(
        "bottega_jobs_queued_estimate",
        "Queued jobs in all, scheduled ones too, as of the table's last ANALYZE.",
        value=backlog.queued_estimate(session),
    )


def _workers(session: Session) -> Iterator[Metric]:
    alive = GaugeMetricFamily(
        "bottega_workers", "Worker processes heard of within a minute.", labels=["queue", "state"]
    )
    counted = Counter((worker.queue.value, worker.state.value) for worker in workers.living(session))
    for (queue, state), count in counted.items():
        alive.add_metric([queue, state], count)
    yield alive
    yield GaugeMetricFamily(
        "bottega_dispatchers_leading",
        "Dispatchers that hold the lock: 1 when all is well.",
        value=workers.dispatchers_leading(session),
    )


def _deliveries(session: Session) -> Iterator[Metric]:
    found = delivery_backlog(session)
    yield GaugeMetricFamily(
        "bottega_webhook_deliveries_pending", "Deliveries that wait for an attempt.", value=found.pending
    )
    yield GaugeMetricFamily("bottega_webhook_deliveries_due", "Those whose time has come.", value=found.due)
    yield GaugeMetricFamily(
        "bottega_webhook_breakers_open", "Receivers that are left alone for a while.", value=found.breakers_open
    )
