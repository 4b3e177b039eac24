"""The Celery application of a GPU worker: one device, one child process that loads torch."""

from __future__ import annotations

from shared.config import get_settings
from shared.queue.app import make_celery
from shared.queue.names import QueueName

app = make_celery(get_settings())
app.conf.update(
    # A spawned child rebuilds the application and imports these, not this module.
    include=["worker.tasks.generation", "worker.gpu_child"],
    worker_concurrency=1,
    # CUDA does not survive a fork, and the parent must stay free of torch.
    worker_pool_start_method="spawn",
    # A last resort behind the step watchdog: a turn is five minutes and one forward batch.
    task_time_limit=7200,
)
QUEUES = (QueueName.GENERATION,)
