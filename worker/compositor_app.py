"""The Celery application of a compositor: one child process a core, none of which knows a model library."""

from __future__ import annotations

import os

from shared.config import get_settings
from shared.queue.app import make_celery
from shared.queue.names import QueueName

app = make_celery(get_settings())
app.conf.update(
    include=["worker.tasks.composition", "worker.compositor_child"],
    worker_concurrency=get_settings().compositor_processes or os.cpu_count() or 1,
    # libvips has threads of its own, which no fork survives.
    worker_pool_start_method="spawn",
    # A last resort behind the step watchdog: a turn is five minutes and one claim.
    task_time_limit=1200,
)
QUEUES = (QueueName.COMPOSITION,)
