"""The statements of a job's life, issued by one script with psycopg: what the machine could do at most.

The same rows in the same transactions as the engine: one to accept a job, one to claim a batch, one to finish it. The
claim is the product's statement as it was last issued; the others ask and write what the product's do, with what is
written made ready beforehand. Nothing is validated, logged, published, uploaded or renewed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Json

from shared.db import TENANT_ROLE
from shared.identifiers import new_id
from shared.jobs.states import Priority

_BECOME_TENANT = "SELECT set_config('role', %s, true), set_config('bottega.workspace_id', %s, true), now()"
_EQUAL_JOB = """
SELECT id FROM jobs
 WHERE workspace_id = %s AND fingerprint = %s AND state IN ('waiting', 'queued', 'running', 'succeeded')
 ORDER BY id DESC LIMIT 1
"""
_INSERT_JOB = """
INSERT INTO jobs (id, workspace_id, model_id, queue, state, priority, input, output_count, fingerprint, batch_key,
                  labels, attempts, max_attempts)
VALUES (%s, %s, %s, 'generation', 'queued', %s, %s, 1, %s, %s, '{}', 0, 3)
"""
_INSERT_EVENTS = """
INSERT INTO events (id, workspace_id, job_id, type, data)
SELECT id, workspace_id, job_id, %s, data
  FROM json_to_recordset(%s) AS event (id uuid, workspace_id uuid, job_id uuid, data jsonb)
RETURNING id, job_id, created_at
"""
_INSERT_ARTIFACTS = """
INSERT INTO artifacts (id, workspace_id, job_id, index, object_key, media_type, size, sha256, facts)
SELECT id, workspace_id, job_id, 0, object_key, 'text/plain; charset=utf-8', 4, %s, '{"characters": 4}'
  FROM json_to_recordset(%s) AS artifact (id uuid, workspace_id uuid, job_id uuid, object_key text)
RETURNING id, created_at
"""
_INSERT_CHARGES = """
INSERT INTO usage_ledger (id, workspace_id, job_id, kind, quantity)
SELECT id, workspace_id, job_id, kind, 1
  FROM json_to_recordset(%s) AS entry (id uuid, workspace_id uuid, job_id uuid, kind text)
"""
_SUCCEED = """
WITH held AS (
    SELECT id FROM jobs
     WHERE state = 'running' AND (id, fence) IN (SELECT * FROM unnest(%s::uuid[], %s::bigint[]))
     ORDER BY id FOR UPDATE)
UPDATE jobs SET state = 'succeeded', finished_at = clock_timestamp(), lease_until = NULL
  FROM held WHERE jobs.id = held.id RETURNING jobs.*
"""
_ENDPOINTS = """
SELECT id, url, events FROM webhook_endpoints WHERE workspace_id = %s AND state = 'enabled' ORDER BY id
   FOR KEY SHARE
"""
_TWINS = """
UPDATE jobs SET state = 'succeeded', finished_at = clock_timestamp()
 WHERE twin_id = ANY(%s) AND state = 'waiting' RETURNING id
"""
_CHILDREN = """
SELECT id FROM jobs WHERE state = 'waiting' AND id IN (
    SELECT job_id FROM job_dependencies WHERE needs_job_id = ANY(%s)) ORDER BY id FOR UPDATE
"""
_CLAIMED = "SELECT * FROM jobs WHERE id = ANY(%s) ORDER BY priority, id"


class ByHand:
    """One connection that takes jobs through their life."""

    def __init__(
        self, url: str, workspace_id: UUID, claim: tuple[str, Mapping[str, Any]], summary: Mapping[str, Any]
    ) -> None:
        """``claim`` is the product's statement with its values; ``summary`` is what its events say of a job."""
        self._connection = psycopg.connect(url)
        self._workspace_id = workspace_id
        self._claim_statement, self._claim_values = claim
        self._summary = dict(summary)

    def close(self) -> None:
        """Leave the server."""
        self._connection.close()

    def accept(self, jobs: int, model_id: UUID, job_input: Mapping[str, Any], batch_key: str) -> None:
        """One transaction a job, as the web's, with row-level security."""
        given = Json(dict(job_input))
        for number in range(jobs):
            fingerprint = number.to_bytes(32)
            job_id = new_id()
            row = (job_id, self._workspace_id, model_id, Priority.NORMAL, given, fingerprint, batch_key)
            with self._connection.transaction(), self._connection.cursor() as cursor:
                cursor.execute(_BECOME_TENANT, (TENANT_ROLE, str(self._workspace_id)), prepare=True)
                cursor.execute(_EQUAL_JOB, (self._workspace_id, fingerprint), prepare=True).fetchall()
                cursor.execute(_INSERT_JOB, row, prepare=True)
                self._write_events(cursor, "job.accepted", [job_id])

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
                rows = cursor.execute(_CLAIMED, [ids], prepare=True)
                names = [column.name for column in rows.description or ()]
                claimed = [(row[names.index("id")], row[names.index("fence")]) for row in rows]
                self._tell(cursor, "job.started", ids)
            yield claimed

    def _finish(self, claimed: Sequence[tuple[UUID, int]]) -> None:
        ids = [job_id for job_id, _ in claimed]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(_SUCCEED, (ids, [fence for _, fence in claimed]), prepare=True).fetchall()
            artifacts = self._rows((job_id, {"object_key": f"w/{job_id}"}) for job_id in ids)
            cursor.execute(_INSERT_ARTIFACTS, (bytes(32), artifacts), prepare=True).fetchall()
            kinds = ("device_seconds", "artifacts")
            charges = self._rows((job_id, {"kind": kind}) for job_id in ids for kind in kinds)
            cursor.execute(_INSERT_CHARGES, [charges], prepare=True)
            self._tell(cursor, "job.succeeded", ids)
            cursor.execute(_TWINS, [ids], prepare=True).fetchall()
            cursor.execute(_CHILDREN, [ids], prepare=True).fetchall()

    def _tell(self, cursor: psycopg.Cursor[Any], event: str, ids: Sequence[UUID]) -> None:
        """Events, and whom to tell of them."""
        self._write_events(cursor, event, ids)
        cursor.execute(_ENDPOINTS, [self._workspace_id], prepare=True).fetchall()

    def _write_events(self, cursor: psycopg.Cursor[Any], event: str, ids: Sequence[UUID]) -> None:
        rows = self._rows((job_id, {"data": self._summary}) for job_id in ids)
        cursor.execute(_INSERT_EVENTS, (event, rows), prepare=True).fetchall()

    def _rows(self, rows: Iterable[tuple[UUID, Mapping[str, Any]]]) -> str:
        """One parameter with a row for each job, as the product sends them."""
        workspace_id = str(self._workspace_id)
        return json.dumps(
            [{"id": str(new_id()), "workspace_id": workspace_id, "job_id": str(job_id), **row} for job_id, row in rows]
        )
