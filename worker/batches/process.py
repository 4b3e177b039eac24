"""This process's part in batches."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from shared.config import get_settings
from shared.storage.s3 import get_store
from worker.batches.advance import Advancer
from worker.drain import ENVIRONMENT_VARIABLE, Drain

AT_ONCE = 2
"""Processes of a CPU worker that advance batches: one is left for webhooks, which must not wait for a table."""


@cache
def get_advancer() -> Advancer:
    """The one of this process, which stops between chunks when the worker is told to."""
    drain = Drain.from_environment(get_settings().drain_seconds)
    return Advancer(get_store(), drain.begun)


def advance_due() -> int:
    """What ``Advancer.advance_due`` does, unless enough processes of this worker do it; how many slices there were."""
    with _turn() as is_ours:
        return get_advancer().advance_due() if is_ours else 0


@contextmanager
def _turn() -> Iterator[bool]:
    """One of two places among the children of one worker, as locks on files of its own folder."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named is None:
        yield True
        return
    for place in range(AT_ONCE):
        with (Path(named).parent / f"batches-{place}").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            yield True
            return
    yield False
