"""Results by the thousand, as workers would have left them; all of them are the same object of the store."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text

from shared.batches import repository
from shared.db import session_scope
from shared.storage.s3 import get_store

FILE = bytes(range(256)) * 80
"""What each of them is: 20 kB."""
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


def make_results(workspace_id: UUID, batch_id: UUID, results: int) -> None:
    """Give a batch that many results."""
    key = f"w/{workspace_id}/tea.txt"
    get_store().put(key, FILE, "text/plain")
    values = {"workspace_id": workspace_id, "batch_id": batch_id, "results": results}
    with session_scope() as session:
        session.execute(_MADE, {**values, "object_key": key, "size": len(FILE)})
        # As a launch, and autovacuum by the time that so much has been made.
        repository.refresh_statistics(session)
