"""``bottega status`` and ``bottega down``: the stack that runs on this machine, seen from another terminal."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from shared.cli import options
from shared.cli.console import output, print_json, size_text
from shared.cli.errors import NothingRuns
from shared.cli.exit_codes import ExitCode
from shared.errors import BottegaError

if TYPE_CHECKING:
    import psutil

    from shared.stack.environment import RunningStack

_LONGEST_STOP = 20.0


class StopFailed(BottegaError):
    """The stack did not stop."""

    code = "stop_failed"


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of a running stack with its descendants: ``memory`` in bytes, ``seconds`` since it was started."""

    name: str
    pid: int
    memory: int
    seconds: float


def status(as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """Show what runs: each process, its memory and since when.

    Exits 1 when nothing does, or the web is not ready.
    """
    from rich.table import Table

    from shared.stack.probe import http_status

    stack = _running(home)
    processes = [found for name, pid in stack.processes.items() if (found := _process_status(name, pid))]
    ready = stack.web_url is not None and http_status(f"{stack.web_url}/readyz", timeout=3) == 200
    if as_json:
        print_json(
            {
                "url": stack.web_url,
                "ready": ready,
                "pid": stack.pid,
                "processes": [asdict(found) for found in processes],
            }
        )
    else:
        table = Table("Process", "PID", "Memory", "Up", box=None)
        for found in processes:
            table.add_row(found.name, str(found.pid), size_text(found.memory), f"{found.seconds:.0f} s")
        output().print(table)
        output().print(f"\n{stack.web_url} is {'ready' if ready else 'not ready'}; supervised by process {stack.pid}.")
    if not ready:
        raise typer.Exit(ExitCode.FAILED)


def down(home: options.Home = options.DEFAULT_HOME) -> None:
    """Stop the stack that runs in the home folder."""
    from shared.stack.home import Home

    stack = _running(home)
    began = time.monotonic()
    os.kill(stack.pid, signal.SIGTERM)
    while Home(home).is_locked():
        if time.monotonic() - began > _LONGEST_STOP:
            raise StopFailed(f"Process {stack.pid} still runs after {_LONGEST_STOP:.0f} s.")
        time.sleep(0.05)
    output().print(f"Stopped in {time.monotonic() - began:.1f} s.")


def _running(home: options.Home) -> RunningStack:
    from shared.stack.environment import running_stack

    stack = running_stack(home)
    if stack is None:
        raise NothingRuns(f"No stack runs in {home}. Start one with `bottega up`.")
    return stack


def _process_status(name: str, pid: int) -> ProcessStatus | None:
    import psutil

    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return ProcessStatus(name, pid, sum(map(_memory, family)), round(time.time() - process.create_time(), 1))
    except psutil.NoSuchProcess:
        return None


def _memory(process: psutil.Process) -> int:
    """Bytes of memory, what processes share divided among them, where the system tells."""
    import psutil

    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        return int(process.memory_info().rss)
