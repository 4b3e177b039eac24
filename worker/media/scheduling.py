"""Threads keep the priority that the operator gave them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_THREADS = Path("/proc/self/task")


@contextmanager
def usual_priorities() -> Iterator[None]:
    """Take back a real-time priority that a library gives this thread, or threads that it starts, meanwhile.

    Where it may, which it may in most containers, SVT-AV1 puts the thread that opens an encoder and all of its own
    ahead of everything else on the machine, and leaves it there: programs that are started later inherit that.
    """
    before = _real_time_threads()
    try:
        yield
    finally:
        for thread in _real_time_threads() - before:
            with suppress(ProcessLookupError):
                os.sched_setscheduler(thread, os.SCHED_OTHER, os.sched_param(0))


def _real_time_threads() -> frozenset[int]:
    """The threads of this process that run before all ordinary ones; none where a system has no such thing."""
    if not hasattr(os, "sched_getscheduler") or not _THREADS.is_dir():
        return frozenset()
    found = set()
    for thread in [int(entry.name) for entry in _THREADS.iterdir()]:
        with suppress(ProcessLookupError):
            if os.sched_getscheduler(thread) & ~os.SCHED_RESET_ON_FORK in (os.SCHED_FIFO, os.SCHED_RR):
                found.add(thread)
    return frozenset(found)
