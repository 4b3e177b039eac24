"""A workspace's batches, as the client sees them: ``client.batches``."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from shared.client.batch_calls import BatchCalls
from shared.client.batch_documents import Batch, BatchItem
from shared.client.transport import Transport
from shared.client.uploads import Upload, Uploads

Table = Path | str | Upload | Sequence[Mapping[str, Any]]
"""A CSV, XLSX or JSONL file to send, one that was sent, or rows of up to 10,000."""


class Batches(BatchCalls):
    """One job a row of a table. Takes ids of campaigns, too, for what both have."""

    def __init__(self, transport: Transport, uploads: Uploads) -> None:
        super().__init__(transport, "/api/v1/batches")
        self._uploads = uploads

    def create(
        self,
        model: str,
        job_input: Mapping[str, Any],
        table: Table,
        *,
        name: str | None = None,
        wildcards: Mapping[str, Sequence[str]] | None = None,
        seed: int = 0,
        priority: str = "bulk",
        dry_run: bool = False,
        idempotency_key: str | None = None,
    ) -> Batch:
        """Plan a job for each row of ``table``, and launch them all unless it is a ``dry_run``.

        Every text of ``job_input`` is a template: ``{column}``, ``{red|green}``, ``__wildcard__``. Answers at once;
        ``wait`` waits. Raises ``OSError``, too.
        """
        body: dict[str, Any] = {
            "name": name or (Path(table).stem if isinstance(table, str | Path) else model),
            "model": model,
            "input": dict(job_input),
            **table_fields(table, self._uploads),
            "seed": seed,
            "priority": priority,
            "dry_run": dry_run,
        }
        if wildcards:
            body["wildcards"] = {each: list(words) for each, words in wildcards.items()}
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return Batch.from_json(self._transport.post(self._base, body, headers))

    def items(
        self,
        batch_id: str,
        *,
        state: str | None = None,
        row: int | None = None,
        custom_id: str | None = None,
        limit: int | None = None,
    ) -> Iterator[BatchItem]:
        """What it makes, row by row, each with its state and its result."""
        filters = {"state": state, "row": row, "custom_id": custom_id}
        return self._items(f"{self._base}/{batch_id}/items", filters, limit)


def table_fields(table: Table, uploads: Uploads) -> dict[str, Any]:
    """``{"table": {"upload": id}}`` for a file, which is sent first, and ``{"rows": [...]}`` for rows."""
    if isinstance(table, Upload):
        return {"table": table.reference}
    if isinstance(table, str | Path):
        return {"table": uploads.add_table(Path(table)).reference}
    return {"rows": [dict(row) for row in table]}
