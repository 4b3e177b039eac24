"""What a row works with: the stack under load, the database's view of it, and a way to wait."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psutil
import psycopg
from redis import Redis
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shared.db import make_engine
from tests.faults.control import Control
from tests.faults.load import Load, Receipt
from tests.faults.recorder import Recorder
from tests.faults.row import NotInjected
from tests.faults.stack import GPU_WORKERS, FaultStack

_ASK_AGAIN_SECONDS = 20.0
BELLS = "bottega:generation"
"""The list in which a GPU worker's bells wait."""


class Scene:
    """One run of one row."""

    def __init__(
        self, stack: FaultStack, load: Load, recorder: Recorder, seed: int, name: str, *, thorough: bool
    ) -> None:
        self.stack = stack
        self.load = load
        self.recorder = recorder
        self.seed = seed
        self.name = name
        self.thorough = thorough
        self.rng = random.Random(f"{seed}:{name}")
        self.over_at = time.monotonic()
        self.notes: list[str] = []
        self.unannounced: set[str] = set()
        """Jobs whose webhooks go where no recorder listens."""
        self.engine: Engine = make_engine(stack.environment["BOTTEGA_DATABASE_URL"], pool_size=4)
        self.redis: Redis = Redis.from_url(stack.environment["BOTTEGA_REDIS_URL"], socket_timeout=2)

    @property
    def control(self) -> Control:
        """What the processes under test are told by."""
        return self.stack.control

    def close(self) -> None:
        """Let go of the servers."""
        self.engine.dispose()
        self.redis.close()

    def over(self) -> None:
        """The fault is over: recovery is counted from now."""
        self.over_at = time.monotonic()

    def note(self, words: str) -> None:
        """Something the table should say."""
        self.notes.append(words)

    def send(self, prompt: str, **request: Any) -> Receipt:
        """A job of this row's own, accepted."""
        return self.load.send(prompt, key=f"{self.name}:{prompt}", **request)

    def rows(self, query: str, **values: Any) -> list[dict[str, Any]]:
        """What the database says, asked again for a while when it is away."""
        until = time.monotonic() + _ASK_AGAIN_SECONDS
        while True:
            try:
                with self.engine.connect() as connection:
                    return [dict(row) for row in connection.execute(text(query), values).mappings()]
            except DBAPIError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def job(self, job_id: str) -> dict[str, Any]:
        """The job's row."""
        return self.rows("SELECT * FROM jobs WHERE id = :id", id=UUID(job_id))[0]

    def jobs_of_key(self, key: str) -> list[str]:
        """The jobs that carry this Idempotency-Key."""
        return [row["id"] for row in self.rows("SELECT id::text FROM jobs WHERE labels->>'key' = :key", key=key)]

    def attempts_to_tell(self, job_id: str) -> list[dict[str, Any]]:
        """What was tried to tell of a job's events, oldest first."""
        query = (
            "SELECT webhook_attempts.* FROM webhook_attempts"
            " JOIN webhook_deliveries ON webhook_deliveries.id = delivery_id"
            " JOIN events ON events.id = event_id WHERE events.job_id::text = :id ORDER BY started_at"
        )
        return self.rows(query, id=job_id)

    def count_succeeded(self) -> int:
        """How many jobs have succeeded on this stack."""
        return int(self.rows("SELECT count(*) AS jobs FROM jobs WHERE state = 'succeeded'")[0]["jobs"])

    def until(self, condition: Callable[[], object], what: str, seconds: float = 30) -> None:
        """Return once the condition holds. A promise that is not kept in time is broken."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
            time.sleep(0.02)

    def until_injected(self, condition: Callable[[], object], what: str, seconds: float = 30) -> None:
        """Return once the fault is where it should be. Raises ``NotInjected``."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise NotInjected(f"not within {seconds:.0f} s: {what}")
            time.sleep(0.01)

    def stays(self, condition: Callable[[], object], what: str, seconds: float) -> None:
        """Nothing may change for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert condition(), f"did not last {seconds:.0f} s: {what}"
            time.sleep(0.05)

    def until_ended(self, *receipts: Receipt, seconds: float = 60) -> None:
        """Return once these jobs have ended."""
        for receipt in receipts:
            self.until(
                lambda job_id=receipt.job_id: self.job(job_id)["finished_at"],  # type: ignore[misc]
                f"the end of {receipt.prompt!r}",
                seconds,
            )

    def place(self, words: str) -> str:
        """A name for a place in a job's life, of this run only."""
        return f"{self.name}-{words}"

    def reached(self, name: str, seconds: float = 30) -> int:
        """The process that has come to the place ``name``, once one has."""
        self.until_injected(lambda: self.control.came(name), f"a worker at {name!r}", seconds)
        return self.control.came(name)[-1]

    def go(self, name: str) -> None:
        """Let whoever waits at ``name`` go on."""
        self.control.raise_flag(f"{name}.go")

    def times_generated(self, prompt: str) -> int:
        """How often a forward batch with this prompt was begun."""
        return sum(batch.prompts.count(prompt) for batch in self.control.batches())

    def kill(self, pid: int) -> None:
        """SIGKILL, and wait until it is gone. Raises ``NotInjected`` when it was gone already."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError as error:
            raise NotInjected(f"process {pid} had ended by itself") from error
        self.until_injected(lambda: not alive(pid), f"the death of {pid}")

    @contextlib.contextmanager
    def frozen(self, *names: str) -> Iterator[None]:
        """Processes that get no time for the length of the block."""
        for name in names:
            self.stack.send(name, signal.SIGSTOP)
        try:
            yield
        finally:
            for name in names:
                with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
                    self.stack.send(name, signal.SIGCONT)

    @contextlib.contextmanager
    def connection(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A session of the test's own in the database."""
        url = self.stack.environment["BOTTEGA_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True, application_name="faults") as connection:
            yield connection

    def until_ready(self, *names: str, seconds: float = 60) -> None:
        """Return once these processes are there again."""
        for name in names or self.stack.process_names:
            self.until(lambda name=name: self.stack.process(name).state == "ready", f"{name} again", seconds)  # type: ignore[misc]

    def until_idle(self, seconds: float = 60) -> None:
        """Return once everything that was accepted has ended."""
        query = "SELECT count(*) AS jobs FROM jobs WHERE finished_at IS NULL"
        self.until(lambda: self.rows(query)[0]["jobs"] == 0, "the end of every job", seconds)

    def lone_gpu_worker(self) -> tuple[str, str]:
        """The GPU workers in an order that the seed chooses."""
        first, second = self.rng.sample(GPU_WORKERS, 2)
        return first, second


def alive(pid: int) -> bool:
    """Whether the process runs or could run."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
