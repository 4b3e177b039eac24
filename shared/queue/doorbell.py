"""Ring workers' bells after the commit: best effort, bounded in time and in number."""

from __future__ import annotations

import time
from functools import cache

from celery import Celery

from shared.config import get_settings
from shared.logging import get_logger
from shared.queue.app import KEY_PREFIX, make_celery
from shared.queue.names import TASK_OF_QUEUE, QueueName
from shared.queue.redis import OUTAGE, get_redis

log = get_logger(__name__)

# A worker that wakes claims until nothing is left: more waiting bells than workers say nothing new.
MAX_WAITING_BELLS = 128
# That many are not all heard in so short a time: who accepts thousands of jobs need not count before each.
_STILL_ENOUGH_SECONDS = 0.05
_enough_until: dict[QueueName, float] = {}


@cache
def _celery() -> Celery:
    return make_celery(get_settings(), socket_timeout=1)


def ring(queue: QueueName, enough: int = MAX_WAITING_BELLS) -> bool:
    """Wake one worker of a queue, unless ``enough`` bells wait already. Returns whether Redis answered.

    A job whose bell did not ring is found by the dispatcher. After a failure the bell stays silent for a while.
    """
    if OUTAGE.lasts():
        return False
    if time.monotonic() < _enough_until.get(queue, 0.0):
        return True
    try:
        waiting = get_redis().llen(f"{KEY_PREFIX}{queue.value}")
        if waiting < enough:
            _celery().send_task(TASK_OF_QUEUE[queue].value, queue=queue.value, retry=False, ignore_result=True)
        elif waiting >= MAX_WAITING_BELLS:
            _enough_until[queue] = time.monotonic() + _STILL_ENOUGH_SECONDS
        return True
    except Exception as error:
        OUTAGE.begin()
        log.warning("doorbell_failed", queue=queue.value, error=type(error).__name__)
        return False
