"""The whole platform as `bottega up` starts it, with two GPU workers, short times, and ways in for faults."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psutil

from shared.catalog import repository
from shared.catalog.families import FamilyName
from shared.catalog.revision import folder_revision
from shared.cli.local_stack import LocalStack
from shared.db import make_engine, session_scope
from shared.stack import CreatesReadyFile, ProcessSpec, platform_processes
from shared.stack.ports import Ports
from tests.faults.control import ENVIRONMENT_VARIABLE, Control
from tests.faults.family import MODEL
from tests.faults.postgres_proxy import PostgresProxy
from tests.faults.redis_proxy import RedisProxy
from tests.faults.small_disk import SmallDisk
from tests.faults.store_proxy import StoreProxy, as_it_is

LEASE_SECONDS, RENEW_SECONDS, STALL_SECONDS, POLL_SECONDS, DRAIN_SECONDS = 3.0, 0.75, 8.0, 0.25, 1.0
TIMINGS = {
    "BOTTEGA_LEASE_SECONDS": str(LEASE_SECONDS),
    "BOTTEGA_LEASE_RENEW_SECONDS": str(RENEW_SECONDS),
    "BOTTEGA_STALL_SECONDS": str(STALL_SECONDS),
    "BOTTEGA_POLL_SECONDS": str(POLL_SECONDS),
    "BOTTEGA_DRAIN_SECONDS": str(DRAIN_SECONDS),
}
GPU_WORKERS = ("gpu-worker", "gpu-worker-2")
_INSIDE = Path(__file__).with_name("inside")
_PLAIN = {"BOTTEGA_SUBMISSIONS_PER_MINUTE": "1000000", "BOTTEGA_WEBHOOK_ALLOW_PRIVATE_ADDRESSES": "true"}


class FaultStack(LocalStack):
    """A stack whose web and workers reach Postgres, and whose workers reach the store, through proxies."""

    def __init__(self, home: Path, *, say: Callable[[str], None] = lambda _line: None) -> None:
        self.control = Control(home.parent / "control")
        self.control.folder.mkdir(parents=True)
        self.web_database = PostgresProxy()
        self.worker_database = PostgresProxy()
        self.web_redis = RedisProxy()
        self.store = StoreProxy()
        self.spool_disk = SmallDisk(home.parent / "spool", mebibytes=16)
        self._of_web: dict[str, str] = dict(TIMINGS)
        self._of_workers: dict[str, str] = {
            **TIMINGS,
            "PYTHONPATH": str(_INSIDE),
            ENVIRONMENT_VARIABLE: str(self.control.folder),
            "BOTTEGA_SPOOL_DIR": str(self.spool_disk.folder),
        }
        # Not the usual port: while the web is down, another stack on this machine would take it.
        port = Ports(home.parent / "web-port.json").settle("web")
        super().__init__(home, processes=self._specifications(), web_port=port, say=say)
        self._extra_env |= _PLAIN

    def start(self) -> None:
        """Start everything, with nothing of this process's own settings in it."""
        before = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("BOTTEGA_")}
        try:
            self.spool_disk.mount()
            super().start()
        finally:
            os.environ.update(before)

    def stop(self) -> None:
        """Stop everything."""
        super().stop()
        self.spool_disk.unmount()

    @cached_property
    def webhook_secret(self) -> str:
        """What the webhooks of the stack's own workspace are signed with."""
        connection = self.connection()
        headers = {"Authorization": f"Bearer {connection.api_key}"}
        answer = httpx.get(f"{connection.url}/api/v1/webhook-secret", headers=headers, timeout=10, trust_env=False)
        return str(answer.raise_for_status().json()["secret"])

    def heal(self) -> None:
        """Put away what a row may have left behind, whatever became of it."""
        self.store.upload = as_it_is
        self.web_redis.release()
        self.spool_disk.free()
        self.control.let_all_go()

    def main_pid(self, name: str) -> int:
        """The process that the supervisor started."""
        pid = self.process(name).pid
        assert pid is not None, f"{name} does not run"
        return pid

    def child_pids(self, name: str) -> list[int]:
        """Its children: a web worker, the process with the models, the senders of webhooks."""
        children = psutil.Process(self.main_pid(name)).children(recursive=True)
        return [child.pid for child in children if not _is_of_the_library(child)]

    def send(self, name: str, number: signal.Signals) -> None:
        """A signal to a process and all its children."""
        for pid in (self.main_pid(name), *self.child_pids(name)):
            os.kill(pid, number)

    def worker_of(self, pid: int) -> str:
        """Which GPU worker has this child."""
        return next(name for name in GPU_WORKERS if pid in self.child_pids(name))

    def log_of(self, name: str) -> str:
        """What a process has written."""
        return self.process(name).log_path.read_text(errors="replace")

    def _specifications(self) -> list[ProcessSpec]:
        web, *workers = platform_processes()
        second = (sys.executable, "-m", "worker.serve", "gpu")
        workers.append(ProcessSpec(GPU_WORKERS[1], second, CreatesReadyFile()))
        return [replace(web, env=self._of_web), *(replace(worker, env=self._of_workers) for worker in workers)]

    def _bootstrap(self, environment: Mapping[str, str]) -> None:
        super()._bootstrap(environment)
        database, redis, store = (environment[f"BOTTEGA_{name}_URL"] for name in ("DATABASE", "REDIS", "S3_ENDPOINT"))
        for proxy in (self.web_database, self.worker_database):
            proxy.aim(*_address(database))
        self.web_redis.aim(*_address(redis))
        self.store.aim(*_address(store))
        self._of_web["BOTTEGA_REDIS_URL"] = _at(redis, self.web_redis.port)
        self._of_web["BOTTEGA_DATABASE_URL"] = _at(database, self.web_database.port)
        self._of_workers["BOTTEGA_DATABASE_URL"] = _at(database, self.worker_database.port)
        self._of_workers["BOTTEGA_S3_ENDPOINT_URL"] = _at(store, self.store.port)
        _register_model(database, self.control.folder)


def _is_of_the_library(child: psutil.Process) -> bool:
    """Whether the child is what the pool of processes has beside its workers, or is no more."""
    try:
        return "semaphore_tracker" in " ".join(child.cmdline())
    except psutil.NoSuchProcess:
        return True


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


def _at(url: str, port: int) -> str:
    """The same URL at another local port."""
    parts = urlsplit(url)
    credentials, at, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{credentials}{at}127.0.0.1:{port}"))


def _register_model(database: str, folder: Path) -> None:
    weights = folder / "weights"
    weights.mkdir(exist_ok=True)
    engine = make_engine(database, pool_size=1)
    try:
        with session_scope(engine=engine) as session:
            repository.register(
                session,
                name=MODEL,
                family=FamilyName.TEXT,
                source=f"file:{weights}",
                revision=folder_revision(weights),
                title="Behaves as its prompts say",
                defaults={},
                limits={},
                licence="Apache-2.0",
            )
    finally:
        engine.dispose()
