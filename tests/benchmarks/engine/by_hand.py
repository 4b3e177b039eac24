"""The statements of a job's life, issued by one script with psycopg: what the machine could do at most.

The same rows in the same transactions as the engine: one to accept a job, one to claim a batch, one to finish it. The
claim is the product's statement as it was last issued; everything else is the shortest that leaves the same rows.
Nothing is validated, logged, published, uploaded or renewed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from shared.db import TENANT_ROLE
from shared.identifiers import new_id
from shared.jobs.states import Priority

_INSERT_JOB = """
INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_key,
                  labels, attempts, max_attempts)
VALUES (%s, %s, %s, 'generation', 'queued', %s, %s, 1, %s, %s, '{}', 0, 3)
"""
_INSERT_EVENT = "INSERT INTO events (id, workspace_id, job_id, type, data) VALUES (%s, %s, %s, %s, %s)"
_INSERT_ARTIFACT = """
INSERT INTO artifacts (id, workspace_id, job_id, index, object_key, media_type, size, sha256, facts)
VALUES (%s, %s, %s, 0, %s, 'text/plain; charset=utf-8', 4, %s, '{"characters": 4, "finish_reason": "stop"}')
"""
_INSERT_CHARGE = "INSERT INTO usage_ledger (id, workspace_id, job_id, kind, quantity) VALUES (%s, %s, %s, %s, %s)"
_SUCCEED = """
UPDATE jobs SET state = 'succeeded', finished_at = clock_timestamp(), lease_until = NULL
 WHERE state = 'running' AND (id, fence) IN (SELECT * FROM unnest(%s::uuid[], %s::bigint[])) RETURNING id
"""
_ENDPOINTS = """
SELECT id, url, events FROM webhook_endpoints WHERE workspace_id = %s AND state = 'enabled' ORDER BY id
   FOR KEY SHARE
"""
_JOB_WEBHOOKS = "SELECT id, webhook_url FROM jobs WHERE id = ANY(%s) AND webhook_url IS NOT NULL"
_CHILDREN = """
SELECT id FROM jobs WHERE state = 'waiting' AND id IN (
    SELECT job_id FROM job_dependencies WHERE needs_job_id = ANY(%s)) ORDER BY id FOR UPDATE
"""
_CLAIMED = "SELECT id, fence, attempts, input, batch_key FROM jobs WHERE id = ANY(%s)"


class ByHand:
    """One connection that takes jobs through their life."""

    def __init__(
        self, url: str, workspace_id: UUID, model: str, claim: tuple[str, Mapping[str, Any]], summary: Mapping[str, Any]
    ) -> None:
        """``claim`` is the product's statement with its values; ``summary`` is what its events say of a job."""
        self._connection = psycopg.connect(url)
        self._workspace_id = workspace_id
        self._model = model
        self._claim_statement, self._claim_values = claim
        self._summary = Jsonb(dict(summary))

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    def accept(self, jobs: int, job_input: Mapping[str, Any], batch_key: str) -> None:
        """One transaction a job, as the web's, with row-level security."""
        role = sql.SQL("SELECT set_config('role', {}, true), set_config('bottega.workspace_id', {}, true)").format(
            sql.Literal(TENANT_ROLE), sql.Literal(str(self._workspace_id))
        )
        given = Jsonb(dict(job_input))
        for number in range(jobs):
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(role)
                found = cursor.execute("SELECT * FROM models WHERE name = %s AND state = 'enabled'", [self._model])
                (model_id, *_) = found.fetchone() or ()
                job_id = new_id()
                row = (job_id, self._workspace_id, model_id, Priority.NORMAL, given, number.to_bytes(32), batch_key)
                cursor.execute(_INSERT_JOB, row, prepare=True)
                cursor.execute(
                    _INSERT_EVENT, (new_id(), self._workspace_id, job_id, "job.accepted", self._summary), prepare=True
                )

    def run(self) -> None:
        """Claim and finish until nothing is queued."""
        for claimed in self._claims():
            self._finish(claimed)

    def _claims(self) -> Iterator[Sequence[tuple[UUID, int]]]:
        while True:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                ids = [row[0] for row in cursor.execute(self._claim_statement, self._claim_values)]
                if not ids:
                    return
                claimed = [(row[0], row[1]) for row in cursor.execute(_CLAIMED, [ids])]
                self._tell(cursor, "job.started", ids)
            yield claimed

    def _finish(self, claimed: Sequence[tuple[UUID, int]]) -> None:
        ids = [job_id for job_id, _ in claimed]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_SUCCEED, (ids, [fence for _, fence in claimed]), prepare=True)
            cursor.executemany(
                _INSERT_ARTIFACT, [(new_id(), self._workspace_id, job_id, f"w/{job_id}", bytes(32)) for job_id in ids]
            )
            charges = [(job_id, kind, 1) for job_id in ids for kind in ("device_seconds", "artifacts")]
            cursor.executemany(_INSERT_CHARGE, [(new_id(), self._workspace_id, *charge) for charge in charges])
            self._tell(cursor, "job.succeeded", ids)
            cursor.execute(_CHILDREN, [ids], prepare=True).fetchall()

    def _tell(self, cursor: psycopg.Cursor[Any], event: str, ids: Sequence[UUID]) -> None:
        """Events, and whom to tell of them."""
        cursor.executemany(
            _INSERT_EVENT, [(new_id(), self._workspace_id, job_id, event, self._summary) for job_id in ids]
        )
        cursor.execute(_ENDPOINTS, [self._workspace_id], prepare=True).fetchall()
        cursor.execute(_JOB_WEBHOOKS, [ids], prepare=True).fetchall()
