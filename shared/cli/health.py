"""Whether the processes of a running stack do their work, and not only exist."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.cli.connection import local_connection
from shared.clock import utc_now
from shared.errors import BottegaError

if TYPE_CHECKING:
    from shared.stack.environment import RunningStack

_WEB = "web"
_WORKERS = ("gpu-worker", "cpu-worker")
_SILENT_AFTER = 20.0
"""Seconds; a worker reports itself every five."""


def web_is_ready(stack: RunningStack) -> bool:
    """Whether the web answers, and Postgres and Redis answer it."""
    from shared.stack.probe import http_status

    return stack.web_url is not None and http_status(f"{stack.web_url}/readyz", timeout=3) == 200


def healthy_processes(stack: RunningStack, home: Path, *, web_ready: bool) -> dict[str, bool]:
    """Every process of the stack by name, and whether it is healthy.

    All have to run and to have become ready. The web has to be ready now, and of each worker a process has to have
    reported itself lately, as far as the web can be asked.
    """
    from shared.stack.states import ProcessState

    health = {name: state is ProcessState.READY and name in stack.processes for name, state in stack.states.items()}
    if _WEB in health:
        health[_WEB] = health[_WEB] and web_ready
    beating = _beating(home) if web_ready else None
    for name in _WORKERS:
        if beating is not None and health.get(name):
            health[name] = not beating.isdisjoint(_family(stack.processes[name]))
    return health


def _beating(home: Path) -> set[int] | None:
    """The process ids of workers that reported themselves lately; None when nobody can be asked."""
    from shared.client import Client

    connection = local_connection(home)
    if connection is None:
        return None
    try:
        with Client(connection.url, connection.api_key, timeout=3, patience=0) as client:
            workers = client.workers()
    except BottegaError:
        return None
    now = utc_now()
    return {worker.process_id for worker in workers if (now - worker.seen_at).total_seconds() < _SILENT_AFTER}


def _family(pid: int) -> set[int]:
    import psutil

    try:
        return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
    except psutil.NoSuchProcess:
        return set()
