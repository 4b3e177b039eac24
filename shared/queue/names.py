"""Every queue and task name, in one place, so that a producer and a consumer cannot disagree."""

from __future__ import annotations

from enum import StrEnum


class QueueName(StrEnum):
    """Where a doorbell rings. A job's queue says which kind of worker runs it."""

    GENERATION = "generation"
    DELIVERY = "delivery"


class TaskName(StrEnum):
    """What a doorbell wakes."""

    GENERATE = "bottega.generate"
    DELIVER = "bottega.deliver"


TASK_OF_QUEUE: dict[QueueName, TaskName] = {
    QueueName.GENERATION: TaskName.GENERATE,
    QueueName.DELIVERY: TaskName.DELIVER,
}
