"""Wake for webhooks."""

from __future__ import annotations

from celery import shared_task

from shared.queue.names import TaskName
from worker.delivery.deliverer import deliver_due


@shared_task(name=TaskName.DELIVER.value)
def deliver() -> None:
    """Send every webhook that is due."""
    deliver_due()
