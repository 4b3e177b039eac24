"""Wake for batches."""

from __future__ import annotations

from celery import shared_task

from shared.queue.names import TaskName
from worker.batches.process import advance_due


@shared_task(name=TaskName.ADVANCE.value)
def advance() -> None:
    """Plan, launch and look after what is due, and copy results."""
    advance_due()
