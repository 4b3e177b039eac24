"""Redis for what may be lost: progress streams, and the length of a queue of bells."""

from __future__ import annotations

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
