"""The Celery application of a GPU worker: one device, one child process that loads torch."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from shared.config import get_settings
from shared.logging import configure_logging
from shared.queue.app import make_celery
from shared.queue.names import QueueName
from worker.ready import announce_ready

app = make_celery(get_settings())
app.conf.update(
    include=["worker.tasks.generation"],
    worker_concurrency=1,
    # CUDA does not survive a fork, and the parent must stay free of torch.
    worker_pool_start_method="spawn",
    # A last resort behind the step watchdog: a turn is five minutes and one forward batch.
    task_time_limit=7200,
)
QUEUE = QueueName.GENERATION


@worker_process_init.connect
def start_process(**_: Any) -> None:
    """Load models in the child, then say that the worker is ready."""
    configure_logging("gpu-worker", get_settings().log_format)
    # Imported here: only the child may load torch.
    from worker.gpu_process import this_process

    this_process().start()
    announce_ready()


@worker_process_shutdown.connect
def stop_process(**_: Any) -> None:
    """Let uploads end before the child goes."""
    from worker.gpu_process import this_process

    this_process().stop()
