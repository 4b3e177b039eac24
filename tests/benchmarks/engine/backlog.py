"""Queued jobs by the million, written by the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Engine, text

from shared.jobs.states import Priority

_BATCH = 100_000
_INSERT = text(
    """
    INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_key,
                      attempts, max_attempts, run_after, created_at)
    SELECT uuidv7(), (CAST(:workspaces AS uuid[]))[1 + number % cardinality(CAST(:workspaces AS uuid[]))], models.id,
           'generation', 'queued', :priority, '{"prompt": "Coffee by Zorvi", "seed": 7}', 1,
           sha256(CAST(number::text AS bytea)), models.name || '/' || number % 8, 0, 3, at, at
      FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS number
      JOIN models ON models.name = (CAST(:models AS text[]))[1 + number % cardinality(CAST(:models AS text[]))]
           CROSS JOIN LATERAL (SELECT now() - interval '1 hour' + number * interval '1 millisecond' AS at) AS moment
     ORDER BY number
    """
)


def queue_jobs(
    engine: Engine,
    workspace_ids: Sequence[UUID],
    models: Sequence[str],
    count: int,
    priority: Priority = Priority.NORMAL,
) -> None:
    """Queue jobs of eight shapes a model, of the workspaces in turn and the models in turn, all due."""
    for first in range(0, count, _BATCH):
        with engine.begin() as connection:
            # What the foreign keys check is so by the statement's own making; checking it would take longest.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            values = {
                "workspaces": list(workspace_ids),
                "models": list(models),
                "priority": priority.value,
                "first": first,
                "last": min(first + _BATCH, count) - 1,
            }
            connection.execute(_INSERT, values)


def settle(engine: Engine) -> None:
    """What autovacuum would have done by the time that such a queue is long: dead rows gone, statistics taken."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM (ANALYZE) jobs"))
