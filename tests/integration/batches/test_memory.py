"""Nothing grows with the length of a table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from shared.batches.states import BatchState
from tests.integration.batches import workshop

ROOT = Path(__file__).parents[3]
MIB = 1024 * 1024


def measured(workspace_id: UUID, batch_id: UUID) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.batches.measured", str(workspace_id), str(batch_id)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("models")
def test_a_table_of_a_hundred_thousand_rows_is_planned_in_flat_memory(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, workshop.table(workshop.teas(100_000)), input={"prompt": "for {name}"})

    found = measured(workspace_id, batch_id)

    assert found["rows"] == 100_000
    assert workshop.get(workspace_id, batch_id).state is BatchState.PLANNED
    assert found["after"] - found["before"] < 16 * MIB, found
    assert found["after"] < 250 * MIB, found
