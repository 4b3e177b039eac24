"""The Celery application of a CPU worker: webhooks, batches and exports. No torch."""

from __future__ import annotations

from functools import cache
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown, worker_ready

from shared.config import get_settings
from shared.logging import configure_logging
from shared.queue.app import make_celery
from shared.queue.names import QueueName
from worker.delivery.deliverer import get_deliverer
from worker.drain import Drain
from worker.heartbeat import Heartbeat
from worker.ready import announce_ready

app = make_celery(get_settings())
app.conf.update(
    include=["worker.tasks.delivering", "worker.tasks.advancing"],
    # One more than advance batches at once: a webhook never waits for a table.
    worker_concurrency=3,
    task_time_limit=600,
)
QUEUES = (QueueName.DELIVERY, QueueName.BATCHES)


@cache
def heartbeat() -> Heartbeat:
    """This child's."""
    return Heartbeat(QueueName.DELIVERY, "cpu", Drain.from_environment(get_settings().drain_seconds))


@worker_process_init.connect
def start_process(**_: Any) -> None:
    """Set up logging in the child, and what is slow to make before the first webhook."""
    configure_logging("cpu-worker", get_settings().log_format)
    heartbeat().start()
    get_deliverer().on_sent = heartbeat().count_jobs


@worker_process_shutdown.connect
def stop_process(**_: Any) -> None:
    """Say good-bye."""
    heartbeat().stop()


@worker_ready.connect
def say_ready(**_: Any) -> None:
    """The parent consumes."""
    announce_ready()
