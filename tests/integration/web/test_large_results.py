"""Results by the thousand: sent while they are made, in little memory, from the web as it is run."""

from __future__ import annotations

import zipfile
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.storage.s3 import get_store
from tests.integration.batches import workshop

RESULTS = 3_000
FILE = bytes(range(256)) * 80
MOST_BYTES = 64 * 1024 * 1024
"""What ten thousand may take, too: it does not grow with their number."""
# As workers would have left them; all of them are the same object of the store.
_MADE = text(
    """
WITH made AS (
    INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_id,
                      batch_key, labels, attempts, max_attempts, runs_alone, run_after, on_dependency_failure,
                      created_at, finished_at)
    SELECT gen_random_uuid(), :workspace_id, models.id, 'generation', 'succeeded', 20, '{}', 1,
           decode(repeat('00', 32), 'hex'), :batch_id, 'k', '{}', 1, 3, false, now(), 'fail', now(), now()
      FROM generate_series(1, :results), (SELECT id FROM models LIMIT 1) AS models
    RETURNING id
), items AS (
    INSERT INTO batch_items (id, batch_id, workspace_id, row, custom_id, job_id, review)
    SELECT gen_random_uuid(), :batch_id, :workspace_id, row, 'tea-' || row, id, 'pending'
      FROM (SELECT id, row_number() OVER () AS row FROM made) AS numbered
)
INSERT INTO artifacts (id, workspace_id, job_id, index, object_key, media_type, size, sha256)
SELECT gen_random_uuid(), :workspace_id, id, 0, :object_key, 'text/plain', :size, decode(repeat('00', 32), 'hex')
  FROM made
"""
)


@pytest.fixture
def batch_id(workspace_id: UUID, models: None) -> UUID:
    """A batch with thousands of results of 20 kB."""
    key = f"w/{workspace_id}/tea.txt"
    get_store().put(key, FILE, "text/plain")
    batch_id = workshop.submit(workspace_id, workshop.table(workshop.teas(1)))
    values = {"workspace_id": workspace_id, "batch_id": batch_id, "results": RESULTS}
    with session_scope() as session:
        session.execute(_MADE, {**values, "object_key": key, "size": len(FILE)})
        # As autovacuum has by the time that so much has been made.
        session.execute(text("ANALYZE batch_items, jobs, artifacts"))
    return batch_id


def web_memory() -> int:
    """Bytes that the web's processes have in memory of their own."""
    processes = [each for each in psutil.Process().children(recursive=True) if "gunicorn" in " ".join(each.cmdline())]
    assert processes
    return sum(each.memory_full_info().uss for each in processes)


@pytest.mark.timeout(900)
def test_a_zip_of_thousands_of_results_is_streamed_in_little_memory_while_others_are_answered(
    web_url: str, api_key: str, batch_id: UUID, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {api_key}"}
    base = f"{web_url}/api/v1/batches/{batch_id}"
    # What a process serves first loads the store's client.
    assert httpx.get(f"{base}/manifest.csv", headers=headers, timeout=120).text.count("\n") == RESULTS + 1
    before, most, answered = web_memory(), 0, []
    path = tmp_path / "teas.zip"

    with (
        httpx.stream("GET", f"{base}/results.zip", headers=headers, timeout=120) as reply,
        path.open("wb") as file,
    ):
        assert reply.status_code == 200
        for place, chunk in enumerate(reply.iter_bytes(1 << 20)):
            file.write(chunk)
            if not place % 20:
                most = max(most, web_memory())
                answered.append(httpx.get(f"{web_url}/healthz", timeout=30).status_code)

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert (len(set(names)), names[-1]) == (RESULTS + 1, "manifest.csv")
        assert archive.read("tea-2999.txt") == FILE
        assert archive.read("manifest.csv").count(b"\r\n") == RESULTS + 1
    assert set(answered) == {200}
    assert most - before < MOST_BYTES, f"{most - before} bytes for {path.stat().st_size}"
