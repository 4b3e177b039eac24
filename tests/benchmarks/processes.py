"""What each process of a running, idle stack weighs, and how long the web takes to import."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator

import psutil

from shared.stack import Stack
from tests.benchmarks.figure import Figure, at_most

_MIB = 1024 * 1024
_RUNS = 5


def measure(stack: Stack) -> Iterator[Figure]:
    """Seconds of ``import web.wsgi`` in a new interpreter, and proportional memory (MiB) of each process."""
    yield Figure("processes", "import web.wsgi", _import_seconds(stack), "s", at_most(1.0))
    for name, mebibytes in (("web", 150), ("compositor", 250), ("cpu-worker", 250), ("dispatcher", 120)):
        yield Figure("processes", f"{name} memory", memory(stack.process(name).pid), "MiB", at_most(mebibytes))
    parent = stack.process("gpu-worker").pid
    assert parent is not None
    parent_memory = psutil.Process(parent).memory_full_info().pss / _MIB
    yield Figure("processes", "gpu-worker parent memory", parent_memory, "MiB", at_most(200))


def _import_seconds(stack: Stack) -> float:
    """The median of some runs, less the start of a bare interpreter."""
    timer = "import time; t = time.perf_counter(); import web.wsgi; print(time.perf_counter() - t)"
    runs = [
        float(
            subprocess.run(
                [sys.executable, "-c", timer], env=stack.environment, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(_RUNS)
    ]
    return statistics.median(runs)


def memory(pid: int | None) -> float:
    """Proportional set size in MiB of a process and its children: what the machine would get back."""
    assert pid is not None
    process = psutil.Process(pid)
    family = [process, *process.children(recursive=True)]
    return sum(float(member.memory_full_info().pss) for member in family) / _MIB
