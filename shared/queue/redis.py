"""Redis for what may be lost: progress streams, and the length of a queue of bells."""

from __future__ import annotations

import time
from functools import cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from shared.config import get_settings


@cache
def get_redis(timeout: float = 1) -> redis.Redis:
    """This process's client for answers within ``timeout`` seconds. Every call answers or fails in about that time."""
    return redis.Redis.from_url(
        str(get_settings().redis_url),
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        socket_keepalive=True,
        health_check_interval=10,
        retry=Retry(NoBackoff(), 0),
        decode_responses=False,
    )


class Outage:
    """Remembers that Redis has just failed, so that a dead one costs callers next to nothing."""

    _LASTS_SECONDS = 3.0

    def __init__(self) -> None:
        self._until = 0.0

    def lasts(self) -> bool:
        """Whether Redis failed a moment ago: what may be lost is not sent now."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Redis did not answer."""
        self._until = time.monotonic() + self._LASTS_SECONDS


OUTAGE = Outage()
"""This process's view."""
