"""Small faults that a random mix draws from. Each leaves the stack to recover by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

import redis

from tests.faults.postgres_proxy import PostgresProxy
from tests.faults.scene import BELLS, Scene
from tests.faults.stack import GPU_WORKERS, LEASE_SECONDS
from tests.faults.store_proxy import Upload, as_it_is, half_closed, refused, slow, truncated

Strike = Callable[[Scene], None]

_SOME_SECONDS = 3.0
_UPLOADS = (refused, slow, half_closed, truncated)


def _signal_main(name: str, number: signal.Signals) -> Strike:
    def strike(scene: Scene) -> None:
        os.kill(scene.stack.main_pid(name), number)

    return strike


def _kill_children(name: str) -> Strike:
    def strike(scene: Scene) -> None:
        for pid in scene.stack.child_pids(name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    return strike


def _freeze(name: str, seconds: float) -> Strike:
    def strike(scene: Scene) -> None:
        with scene.frozen(name):
            time.sleep(seconds)

    return strike


def _misbehaving_store(upload: Upload) -> Strike:
    def strike(scene: Scene) -> None:
        scene.stack.store.upload = upload
        time.sleep(_SOME_SECONDS)
        scene.stack.store.upload = as_it_is

    return strike


def _lost_commit(proxy_of: Callable[[Scene], PostgresProxy], statement: str) -> Strike:
    def strike(scene: Scene) -> None:
        proxy = proxy_of(scene)
        proxy.lose_commit(statement)
        proxy.lost.wait(_SOME_SECONDS)

    return strike


def _flush(scene: Scene) -> None:
    scene.redis.flushall()


def _fill_redis(scene: Scene) -> None:
    scene.redis.config_set("maxmemory", "1mb")
    time.sleep(_SOME_SECONDS)
    scene.redis.config_set("maxmemory", "0")


def _forge_messages(scene: Scene) -> None:
    scene.redis.lpush(BELLS, *["{}", "not a message at all"][: scene.rng.randint(1, 2)])


def _end_sessions(scene: Scene) -> None:
    with scene.connection() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bottega'")


def _poison(scene: Scene) -> None:
    place = scene.place(f"poison-{scene.rng.random()}")
    scene.send(f"exit@{place} words")


def strikes() -> dict[str, Strike]:
    """Every one by its name."""
    return {
        "web killed": _kill_children("web"),
        "web stopped": _signal_main("web", signal.SIGTERM),
        "senders killed": _kill_children("cpu-worker"),
        "dispatcher killed": _signal_main("dispatcher", signal.SIGKILL),
        "dispatcher frozen": _freeze("dispatcher", _SOME_SECONDS),
        "a poison job": _poison,
        "Redis killed": _signal_main("valkey", signal.SIGKILL),
        "Redis frozen": _freeze("valkey", _SOME_SECONDS),
        "Redis emptied": _flush,
        "Redis full": _fill_redis,
        "messages forged": _forge_messages,
        "sessions ended": _end_sessions,
        "Postgres crashed": _signal_main("postgres", signal.SIGQUIT),
        "COMMIT of the web lost": _lost_commit(lambda scene: scene.stack.web_database, "INSERT INTO jobs"),
        "COMMIT of a worker lost": _lost_commit(lambda scene: scene.stack.worker_database, "INSERT INTO usage_ledger"),
        "store killed": _signal_main("seaweedfs", signal.SIGKILL),
        **{
            f"store {upload.__name__}": _misbehaving_store(upload) for upload in (refused, slow, half_closed, truncated)
        },
        **{f"{name}'s child killed": _kill_children(name) for name in GPU_WORKERS},
        **{f"{name} killed": _signal_main(name, signal.SIGKILL) for name in GPU_WORKERS},
        **{f"{name} stopped": _signal_main(name, signal.SIGTERM) for name in GPU_WORKERS},
        **{f"{name} frozen": _freeze(name, LEASE_SECONDS + 3) for name in GPU_WORKERS},
    }


IMPOSSIBLE = (AssertionError, ProcessLookupError, redis.RedisError, OSError)
"""What a strike raises when its victim is down already."""
