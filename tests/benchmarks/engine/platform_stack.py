"""A whole platform as ``bottega up`` starts it, for the suites that reach it over HTTP."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from shared.cli.local_stack import LocalStack

_TUNING = ("OMP_", "KMP_", "MKL_", "MALLOC_", "LD_PRELOAD", "PYTORCH_", "TORCH")


@contextlib.contextmanager
def platform_stack(folder: Path, **options: Any) -> Iterator[LocalStack]:
    """The stack with no limit on submissions, whatever this process's environment says of servers."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOTTEGA_")}
    with patch.dict(os.environ, {**own, "BOTTEGA_SUBMISSIONS_PER_MINUTE": "1000000"}, clear=True):
        stack = LocalStack(folder, say=lambda _line: None, **options)
        stack.start()
    try:
        yield stack
    finally:
        stack.stop()


def worker_tuning(stack: LocalStack) -> Mapping[str, str]:
    """What the process that runs the models was started with that makes models run as they do: threads, allocator."""
    parent = stack.process("gpu-worker").pid
    assert parent is not None, "the worker runs"
    (child,) = [child for child in psutil.Process(parent).children() if "spawn_main" in " ".join(child.cmdline())]
    return {name: value for name, value in child.environ().items() if name.startswith(_TUNING)}
