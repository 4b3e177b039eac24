"""Run the naive worker beside a stack's servers, and time it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from celery import Celery

from tests.benchmarks.engine import naive_worker

_DEADLINE_SECONDS = 300.0


def naive_items_a_second(stack: Mapping[str, str], kind: str, items: int, settings: Mapping[str, str]) -> float:
    """Items a second from the first task sent to the last commit, after one item to warm up.

    ``stack`` is the servers' environment, ``settings`` what else the worker process is started with.
    """
    database = stack["BOTTEGA_DATABASE_URL"].replace("postgresql+psycopg", "postgresql")
    # Another database of the same server, whose bells are not the platform's.
    broker = stack["BOTTEGA_REDIS_URL"].rpartition("/")[0] + "/1"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")},
        **stack,
        **settings,
        # It runs as whoever runs the benchmark, and says at length that root should not.
        "PYTHONWARNINGS": "ignore",
        naive_worker.KIND: kind,
        naive_worker.BROKER: broker,
        naive_worker.DATABASE: database,
    }
    with psycopg.connect(database, autocommit=True) as connection, _worker(environment):
        connection.execute(naive_worker.CREATE_TABLE)
        connection.execute("TRUNCATE naive_results")
        sender = Celery("naive", broker=broker)
        _send(sender, [items])
        _wait(connection, 1)
        began = time.perf_counter()
        _send(sender, range(items))
        _wait(connection, 1 + items)
        return items / (time.perf_counter() - began)


def _send(sender: Celery, numbers: Any) -> None:
    for number in numbers:
        sender.send_task(naive_worker.TASK, [number], queue=naive_worker.QUEUE, ignore_result=True)


def _wait(connection: psycopg.Connection[Any], results: int) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while _count(connection) < results:
        assert time.monotonic() < deadline, f"{_count(connection)} of {results} naive tasks have ended"
        time.sleep(0.02)


def _count(connection: psycopg.Connection[Any]) -> int:
    (count,) = connection.execute("SELECT count(*) FROM naive_results").fetchone() or (0,)
    return int(count)


@contextmanager
def _worker(environment: Mapping[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--app=tests.benchmarks.engine.naive_worker", "worker"]
    options = ["--pool=prefork", "--concurrency=1", f"--queues={naive_worker.QUEUE}", "--loglevel=ERROR"]
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--hostname=naive@%h"]
    process = subprocess.Popen([*command, *options, *lean], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
