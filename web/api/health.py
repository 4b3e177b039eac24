"""Probes: is the process there, and can it work?"""

from __future__ import annotations

from typing import Any

import redis
from apiflask import APIBlueprint
from sqlalchemy import text

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.queue.redis import get_redis
from web.api.schemas.health import Health, Readiness
from web.auth import open_to_all

blueprint = APIBlueprint("health", __name__, tag="Health")


@blueprint.get("/healthz")
@open_to_all
@blueprint.output(Health, description="It answers.")
def healthz() -> dict[str, str]:
    """Is the process alive?

    Asks nothing of anybody else.
    """
    return {"status": "ok"}


@blueprint.get("/readyz")
@open_to_all
@blueprint.output(Readiness, description="Postgres and Redis answer.")
@blueprint.doc(responses={503: "Postgres or Redis does not answer; the body says which."})
def readyz() -> tuple[dict[str, Any], int]:
    """Can it take requests?

    Asks Postgres and Redis.
    """
    found = {"postgres": _postgres_answers(), "redis": _redis_answers()}
    ready = all(found.values())
    states = {name: "ok" if answers else "unavailable" for name, answers in found.items()}
    return {"status": "ok" if ready else "unavailable", **states}, 200 if ready else 503


def _postgres_answers() -> bool:
    try:
        with session_scope() as session:
            session.execute(text("SELECT 1"))
    except DatabaseUnavailable:
        return False
    return True


def _redis_answers() -> bool:
    try:
        return bool(get_redis().ping())
    except redis.RedisError:
        return False
