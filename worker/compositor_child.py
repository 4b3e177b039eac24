"""The beginning and the end of a compositor's child process."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown

from shared.config import get_settings
from shared.logging import configure_logging


@worker_process_init.connect
def start_process(**_: Any) -> None:
    """Be ready before the first job comes."""
    configure_logging("compositor", get_settings().log_format)
    # Imported here: the parent imports this module too, and draws nothing.
    from worker.compositor_process import this_process

    this_process()


@worker_process_shutdown.connect
def end_process(**_: Any) -> None:
    """Let uploads end before the child goes."""
    from worker.compositor_process import stop_process

    stop_process()
