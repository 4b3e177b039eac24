"""Row 10: Redis loses everything."""

from __future__ import annotations

import shutil

import redis

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene


def inject(scene: Scene) -> None:
    """FLUSHALL under load; then kill -9, and a start with nothing on the disk."""
    for _ in range(3):
        done = scene.count_succeeded()
        scene.redis.flushall()
        scene.until(lambda done=done: scene.count_succeeded() > done, "jobs done after FLUSHALL")  # type: ignore[misc]
    scene.redis.set("faults:survives", "no")
    before = scene.redis.info("server")["run_id"]
    scene.redis.config_set("appendonly", "no")
    scene.kill(scene.stack.main_pid("valkey"))
    shutil.rmtree(scene.stack.home / "data" / "valkey" / "appendonlydir", ignore_errors=True)
    scene.until(lambda: _answers(scene), "Redis again")
    scene.over()
    if scene.redis.info("server")["run_id"] == before or scene.redis.exists("faults:survives"):
        raise NotInjected("Redis kept what it had")
    done = scene.count_succeeded()
    scene.until(lambda: scene.count_succeeded() > done + 3, "jobs done with the new Redis")


def _answers(scene: Scene) -> bool:
    try:
        return bool(scene.redis.ping())
    except redis.RedisError:
        return False


ROW = Row(
    10, "Redis FLUSHALL; kill -9 and empty restart", "FLUSHALL three times; kill -9 without its files", 45, inject
)
