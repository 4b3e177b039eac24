"""Nothing grows with the length of a table or of its results."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.batches.states import BatchState
from shared.db import session_scope
from shared.storage.s3 import get_store
from tests.integration.batches import workshop

ROOT = Path(__file__).parents[3]
MIB = 1024 * 1024
FILE = bytes(range(256)) * 80
_RESULTS = text(
    """
WITH made AS (
    INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_id,
                      batch_key, labels, attempts, max_attempts, runs_alone, run_after, on_dependency_failure,
                      created_at, finished_at)
    SELECT gen_random_uuid(), :workspace_id, (SELECT id FROM models LIMIT 1), 'generation', 'succeeded', 20, '{}', 1,
           decode(repeat('00', 32), 'hex'), :batch_id, 'k', '{}', 1, 3, false, now(), 'fail', now(), now()
      FROM generate_series(1, :files)
    RETURNING id
), items AS (
    INSERT INTO batch_items (id, batch_id, workspace_id, row, custom_id, job_id, review)
    SELECT gen_random_uuid(), :batch_id, :workspace_id, place, 'tea-' || place, id, 'pending'
      FROM (SELECT id, row_number() OVER () AS place FROM made) AS numbered
)
INSERT INTO artifacts (id, workspace_id, job_id, index, object_key, media_type, size, sha256)
SELECT gen_random_uuid(), :workspace_id, id, 0, :object_key, 'image/png', :size, decode(repeat('00', 32), 'hex')
  FROM made
"""
)


def measured(work: str, workspace_id: UUID, batch_id: UUID) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.batches.measured", work, str(workspace_id), str(batch_id)],
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

    found = measured("plan", workspace_id, batch_id)

    assert found["rows"] == 100_000
    assert workshop.get(workspace_id, batch_id).state is BatchState.PLANNED
    assert found["after"] - found["before"] < 16 * MIB, found
    assert found["after"] < 250 * MIB, found


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("models")
def test_a_zip_of_ten_thousand_files_is_streamed(workspace_id: UUID) -> None:
    batch_id = workshop.submit(workspace_id, workshop.table(workshop.teas(1)))
    workshop.advance()
    key = f"w/{workspace_id}/j/shared/0.png"
    get_store().put(key, FILE, "image/png")
    with session_scope() as session:
        values = {"workspace_id": workspace_id, "batch_id": batch_id, "files": 10_000}
        session.execute(_RESULTS, {**values, "object_key": key, "size": len(FILE)})

    found = measured("zip", workspace_id, batch_id)

    assert found["bytes"] > 10_000 * len(FILE)
    assert found["after"] - found["before"] < 64 * MIB, found
