"""``bottega status`` and ``bottega down``: the stack that runs on this machine, seen from another terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from shared.cli import options
from shared.cli.console import output, print_json, size_text
from shared.cli.errors import NothingRuns
from shared.cli.exit_codes import ExitCode
from shared.cli.health import healthy_processes, web_is_ready
from shared.errors import BottegaError

if TYPE_CHECKING:
    import psutil
    from rich.table import Table

    from shared.stack.environment import RunningStack

_LONGEST_STOP = 20.0


class StopFailed(BottegaError):
    """The stack did not stop."""

    code = "stop_failed"


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One process of a running stack with its descendants: ``memory`` in bytes, ``seconds`` since it was started.

    One that does not run now has neither.
    """

    name: str
    state: str
    healthy: bool
    pid: int | None = None
    memory: int | None = None
    seconds: float | None = None


def status(as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """Show what runs: each process, whether it is healthy, its memory and since when.

    Healthy is what does its work: the web answers, a worker reports itself. Exits 1 when nothing runs, or not all of
    it is healthy.
    """
    stack = _running(home)
    ready = web_is_ready(stack)
    health = healthy_processes(stack, home, web_ready=ready)
    processes = [_process_status(stack, name, healthy) for name, healthy in health.items()]
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
        output().print(_table(processes))
        output().print(f"\n{stack.web_url} is {'ready' if ready else 'not ready'}; supervised by process {stack.pid}.")
    if not ready or not all(health.values()):
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


def _table(processes: Sequence[ProcessStatus]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("Process", "Health", "PID", "Memory", "Up", box=None)
    for found in processes:
        trouble = "silent" if found.state == "ready" else found.state
        health = Text("healthy", "green") if found.healthy else Text(f"not healthy: {trouble}", "red")
        if found.pid is None or found.memory is None:
            table.add_row(found.name, health)
        else:
            table.add_row(found.name, health, str(found.pid), size_text(found.memory), f"{found.seconds:.0f} s")
    return table


def _process_status(stack: RunningStack, name: str, healthy: bool) -> ProcessStatus:
    import psutil

    state = stack.states[name].value
    pid = stack.processes.get(name)
    if pid is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            family = [process, *process.children(recursive=True)]
            up = round(time.time() - process.create_time(), 1)
            return ProcessStatus(name, state, healthy, pid, sum(map(_memory, family)), up)
    return ProcessStatus(name, state, False)


def _memory(process: psutil.Process) -> int:
    """Bytes of memory, what processes share divided among them, where the system tells."""
    import psutil

    try:
        return int(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        return int(process.memory_info().rss)
