"""Work on a batch in a process of its own, and say how much memory that took: ``plan|zip WORKSPACE BATCH``.

Prints JSON: ``before`` and ``after`` in bytes, the most that was ever resident; ``bytes`` of a ZIP.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from uuid import UUID

import structlog

from shared.batches import service
from shared.batches.archive import zip_results
from shared.batches.states import BatchState
from shared.db import session_scope
from shared.storage.s3 import get_store
from worker.batches.advance import Advancer

_ROWS_BEFORE = 5_000


def peak() -> int:
    """The most memory that this process ever had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


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


def archive(workspace_id: UUID, batch_id: UUID) -> dict[str, int]:
    """Make its ZIP. ``before``: when some hundred files were in it."""
    before = size = chunks = 0
    for chunk in zip_results(get_store(), workspace_id, batch_id):
        size, chunks = size + len(chunk), chunks + 1
        if chunks == 1_000:
            before = peak()
    return {"before": before, "after": peak(), "bytes": size}


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    work = {"plan": plan, "zip": archive}[sys.argv[1]]
    print(json.dumps(work(UUID(sys.argv[2]), UUID(sys.argv[3]))))
