"""The task behind the generation bell."""

from __future__ import annotations

from celery import shared_task

from shared.queue.names import TaskName


@shared_task(name=TaskName.GENERATE.value)
def generate() -> None:
    """Run what is due on this worker's device."""
    # Imported here: the parent process imports this module too, and must not load torch.
    from worker.gpu_process import run_until_idle

    run_until_idle()
