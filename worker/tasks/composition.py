"""The task behind the composition bell."""

from __future__ import annotations

from celery import shared_task

from shared.queue.names import TaskName


@shared_task(name=TaskName.COMPOSE.value)
def compose() -> None:
    """Compose what is due."""
    # Imported here: the parent process imports this module too, and draws nothing.
    from worker.compositor_process import run_until_idle

    run_until_idle()
