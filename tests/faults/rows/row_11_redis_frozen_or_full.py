"""Row 11: Redis does not answer, and then has no room."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

import redis

from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.faults.stack import GPU_WORKERS

_P99_SECONDS = 2.5
_MIN_POSTS = 20


def inject(scene: Scene) -> None:
    """Jobs are accepted all the while, quickly; the workers, with their models, wait."""
    scene.until_ready()
    workers = {name: scene.stack.main_pid(name) for name in GPU_WORKERS}
    with _frozen(scene):
        _accepts(scene, "frozen", 30 if scene.thorough else 5)
    with _full(scene):
        _accepts(scene, "full", 10 if scene.thorough else 3)
    scene.over()
    assert {name: scene.stack.main_pid(name) for name in GPU_WORKERS} == workers, "a worker ended"


@contextlib.contextmanager
def _frozen(scene: Scene) -> Iterator[None]:
    # DEBUG SLEEP is closed in a server that is configured well; SIGSTOP stops it as a whole.
    with scene.frozen("valkey"):
        try:
            scene.redis.ping()
        except redis.RedisError:
            yield
        else:
            raise NotInjected("Redis answered")


@contextlib.contextmanager
def _full(scene: Scene) -> Iterator[None]:
    scene.redis.config_set("maxmemory-policy", "noeviction")
    scene.redis.config_set("maxmemory", "1mb")
    try:
        scene.redis.set("faults:too-much", "x")
    except redis.OutOfMemoryError:
        yield
    else:
        raise NotInjected("Redis has room")
    finally:
        scene.redis.config_set("maxmemory", "0")


def _accepts(scene: Scene, what: str, seconds: float) -> None:
    began, accepted = time.monotonic(), len(scene.load.ledger.receipts)
    scene.until_injected(
        lambda: time.monotonic() - began > seconds and len(scene.load.ledger.samples_since(began)) >= _MIN_POSTS,
        "a load",
        seconds + 30,
    )
    samples = scene.load.ledger.samples_since(began)
    taken = sorted(sample.seconds for sample in samples)
    p99 = taken[min(len(taken) - 1, int(0.99 * len(taken)))]
    scene.note(f"{what}: POST p99 {p99:.2f} s of {len(taken)}")
    refused = {sample.status for sample in samples if sample.status not in (200, 202)}
    assert not refused, f"with Redis {what}, submissions got {refused}"
    assert p99 < _P99_SECONDS, f"with Redis {what}, POST p99 is {p99:.1f} s"
    assert len(scene.load.ledger.receipts) > accepted


ROW = Row(
    11, "Redis frozen; Redis full", "SIGSTOP of Redis for 30 s; maxmemory 1mb noeviction", 45, inject, quick=False
)
