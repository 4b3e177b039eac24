"""How often one caller may do one thing: fixed windows, counted in Redis so that all web processes count together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

import redis
from flask import request

from shared.config import get_settings
from shared.logging import get_logger
from shared.queue.redis import OUTAGE, get_redis
from web.auth import current_principal
from web.refusals import RateLimited, RateLimitUnknown

log = get_logger(__name__)

_ANSWER_SECONDS = 0.2


class WithoutRedis(StrEnum):
    """What happens to a request that cannot be counted."""

    OPEN = "open"
    """It passes: taking work in matters more than counting it."""
    CLOSED = "closed"
    """It is refused: guessing must not become free."""


@dataclass(frozen=True, slots=True)
class Limit:
    """``allowed`` requests of one caller in each window of ``seconds``."""

    name: str
    allowed: int
    seconds: int
    without_redis: WithoutRedis


SIGN_IN = Limit("sign-in", 20, 60, WithoutRedis.CLOSED)


def limited_submissions(view: Callable[..., Any]) -> Callable[..., Any]:
    """Count a submission against its API key before anything else is done for it."""

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        limit = Limit("submit", get_settings().submissions_per_minute, 60, WithoutRedis.OPEN)
        check(limit, str(current_principal().api_key_id))
        return view(*args, **kwargs)

    return counted


def check_sign_in() -> None:
    """Count an attempt to sign in against its address. Raises ``RateLimited``, ``RateLimitUnknown``."""
    check(SIGN_IN, request.remote_addr or "unknown")


def check(limit: Limit, caller: str) -> None:
    """Count one request. Raises ``RateLimited``, and ``RateLimitUnknown`` where a limit stays closed."""
    now = time.time()
    window = int(now // limit.seconds)
    count = _count(f"bottega:limit:{limit.name}:{caller}:{window}", limit.seconds)
    if count is None:
        if limit.without_redis is WithoutRedis.CLOSED:
            raise RateLimitUnknown
        return
    if count > limit.allowed:
        retry_after = max(1, int((window + 1) * limit.seconds - now) + 1)
        raise RateLimited(
            f"{limit.allowed} requests in {limit.seconds} seconds are allowed; try again in {retry_after} s.",
            retry_after,
        )


def _count(key: str, seconds: int) -> int | None:
    """How many requests this window has seen, this one included; nothing when Redis does not answer.

    While an outage lasts it does not ask, so that a frozen Redis costs a request almost nothing.
    """
    if OUTAGE.lasts():
        return None
    try:
        pipe = get_redis(_ANSWER_SECONDS).pipeline(transaction=True)
        pipe.incr(key)
        pipe.expire(key, seconds + 1)
        return int(pipe.execute()[0])
    except redis.RedisError as error:
        OUTAGE.begin()
        log.warning("rate_limit_not_counted", error=type(error).__name__)
        return None
