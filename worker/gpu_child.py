"""The beginning and the end of a GPU worker's child process."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from shared.config import get_settings
from shared.logging import configure_logging
from worker.ready import announce_ready


@worker_process_init.connect
def start_process(**_: Any) -> None:
    """Load models in the child, then say that the worker is ready."""
    configure_logging("gpu-worker", get_settings().log_format)
    # Imported here: the parent imports this module too, and must not load torch.
    from worker.gpu_process import this_process

    this_process().start()
    announce_ready()


@worker_process_shutdown.connect
def stop_process(**_: Any) -> None:
    """Let uploads end before the child goes."""
    from worker.gpu_process import this_process

    this_process().stop()
