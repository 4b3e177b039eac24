"""How long a dry run takes, and how much memory a long table."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from shared.batches.states import BatchState
from tests.benchmarks.campaign.accepting import advance, begin, submit, upload
from tests.benchmarks.campaign.tables import table
from tests.benchmarks.figure import Figure, at_most

_MIB = 1024 * 1024


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """A dry run of 10,000 rows, and the memory of one of 100,000."""
    rounds, long_table = (1, 20_000) if quick else (3, 100_000)
    taken = [dry_run(folder, 10_000)["seconds"] for _ in range(rounds)]
    yield Figure.median("planning", "10,000-row plan (dry run)", taken, "s", at_most(5))
    found = memory(folder, long_table)
    growth = f"{long_table:,}-row plan, growth behind row 5,000"
    yield Figure("planning", growth, found["growth"] / _MIB, "MiB", at_most(16))
    yield Figure("planning", f"{long_table:,}-row plan, the worker's peak", found["peak"] / _MIB, "MiB")


def dry_run(folder: Path, rows: int) -> dict[str, float]:
    """``seconds`` from the request, the table being there, until the plan is."""
    workspace_id = begin(folder)
    upload_id = upload(workspace_id, table(rows))
    began = time.perf_counter()
    advance(workspace_id, submit(workspace_id, upload_id), BatchState.PLANNED)
    return {"rows": rows, "seconds": time.perf_counter() - began}


def memory(folder: Path, rows: int) -> dict[str, float]:
    """``peak``, and ``growth`` behind the first 5,000 rows, in bytes, of a process that plans that many rows."""
    workspace_id = begin(folder)
    batch_id = submit(workspace_id, upload(workspace_id, table(rows)))
    command = [sys.executable, "-m", "tests.integration.batches.measured", str(workspace_id), str(batch_id)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return {"rows": rows, "peak": found["after"], "growth": found["after"] - found["before"]}
