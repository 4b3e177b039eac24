"""Plan a batch in a process of its own, and say how much memory that took: ``WORKSPACE BATCH``.

Prints JSON: ``before`` and ``after`` in bytes, the most that was ever resident.
"""

from __future__ import annotations

import json
import logging
import re
import resource
import sys
from pathlib import Path
from uuid import UUID

import structlog

from shared.batches import service
from shared.batches.states import BatchState
from shared.db import session_scope
from shared.storage.s3 import get_store
from worker.batches.advance import Advancer

_ROWS_BEFORE = 5_000


def peak() -> int:
    """The most memory that this program ever had, in bytes."""
    if sys.platform == "darwin":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Unlike what the process ever had, this leaves out the program that started it.
    return 1024 * int(re.findall(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)[0])


def plan(workspace_id: UUID, batch_id: UUID) -> dict[str, int]:
    """Plan it all. ``before``: when some thousand rows were planned, so that all code has been loaded and has run."""
    before = 0
    while True:
        Advancer(get_store()).advance_due(0.01)
        with session_scope(workspace_id) as session:
            batch = service.get(session, workspace_id, batch_id)
        if not before and batch.rows >= _ROWS_BEFORE:
            before = peak()
        if batch.state is not BatchState.PLANNING:
            return {"before": before, "after": peak(), "rows": batch.rows}


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(json.dumps(plan(UUID(sys.argv[1]), UUID(sys.argv[2]))))
