"""Processes of a stack whose supervisor was killed: found again and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_SAME_START_WITHIN = 2.0
"""Seconds. The kernel counts from boot, and the time of boot moves a little when the clock is set."""
_GRACE = 5.0


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """A child as it was written down: with its start time, because a process id alone is used again."""

    name: str
    pid: int
    started_at: float
    stop_signal: int


def stop_leftovers(records: Iterable[ProcessRecord], home: Path) -> list[str]:
    """Stop what still runs of ``records``, with all descendants. Returns the names of those found.

    Each is asked by its own stop signal and killed after a few seconds. On Linux they were asked already, by the
    death of their supervisor, and this mostly waits.
    """
    found: list[str] = []
    running: list[psutil.Process] = []
    for record in records:
        group = list(_still_running(record, home))
        if not group:
            continue
        found.append(record.name)
        running += group
        leader = group[0]
        with contextlib.suppress(psutil.NoSuchProcess):
            leader.send_signal(signal.Signals(record.stop_signal))
    _, alive = psutil.wait_procs(running, timeout=_GRACE)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=_GRACE)
    return found


def _still_running(record: ProcessRecord, home: Path) -> Iterator[psutil.Process]:
    """The recorded process, if it is the same one, and the other members of the process group it leads or led."""
    leader_is_ours = False
    with contextlib.suppress(psutil.NoSuchProcess):
        leader = psutil.Process(record.pid)
        leader_is_ours = (
            abs(leader.create_time() - record.started_at) < _SAME_START_WITHIN
            and leader.status() != psutil.STATUS_ZOMBIE
        )
        if leader_is_ours:
            yield leader
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            in_group = process.pid != record.pid and os.getpgid(process.pid) == record.pid
            if in_group and (leader_is_ours or process.environ().get("BOTTEGA_HOME") == str(home)):
                yield process
