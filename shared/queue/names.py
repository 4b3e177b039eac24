"""Every queue and task name, in one place, so that a producer and a consumer cannot disagree."""

from __future__ import annotations

from enum import StrEnum


class QueueName(StrEnum):
    """Where a doorbell rings. A job's queue says which kind of worker runs it."""

    GENERATION = "generation"
    COMPOSITION = "composition"
    """Jobs that need no device: pictures and text laid over one another."""
    DELIVERY = "delivery"
    BATCHES = "batches"
    """Tables to plan, to launch and to look after."""


class TaskName(StrEnum):
    """What a doorbell wakes."""

    GENERATE = "bottega.generate"
    COMPOSE = "bottega.compose"
    DELIVER = "bottega.deliver"
    ADVANCE = "bottega.advance"


TASK_OF_QUEUE: dict[QueueName, TaskName] = {
    QueueName.GENERATION: TaskName.GENERATE,
    QueueName.COMPOSITION: TaskName.COMPOSE,
    QueueName.DELIVERY: TaskName.DELIVER,
    QueueName.BATCHES: TaskName.ADVANCE,
}

JOB_QUEUES = (QueueName.GENERATION, QueueName.COMPOSITION)
"""Those whose work are jobs."""
