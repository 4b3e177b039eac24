"""What one can do with a batch of any kind: a campaign is one, too."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from shared.client import downloads
from shared.client.batch_documents import Batch, BatchExport, BatchItem, BatchProblem
from shared.client.transport import Transport
from shared.errors import BottegaError

_DAY = 86_400.0
_PAGE = 100
_FIRST_POLL = 0.25
_LONGEST_POLL = 2.0
_PREPARATION_SECONDS = 120.0
"""Before a ZIP begins, the server names every file in it."""


class BatchWaitExpired(BottegaError):
    """The batch has not come that far in the time given. It goes on."""

    code = "wait_expired"

    def __init__(self, batch: Batch, seconds: float) -> None:
        self.batch = batch
        super().__init__(f"The {batch.noun} {batch.id} is {batch.state.value} after {seconds:.0f} s. It goes on.")


class BatchCalls:
    """The calls below one address. Every method raises ``RequestRefused`` and ``ServerUnreachable``."""

    def __init__(self, transport: Transport, base: str) -> None:
        self._transport = transport
        self._base = base

    def get(self, batch_id: str) -> Batch:
        """It as it is now."""
        return Batch.from_json(self._transport.get(f"{self._base}/{batch_id}"))

    def list(self, *, kind: str | None = None, state: str | None = None, limit: int | None = None) -> Iterator[Batch]:
        """The workspace's, newest first, ``limit`` at most; pages are fetched as they are needed."""
        wanted = {"kind": kind, "state": state}
        return map(Batch.from_json, self._paged(self._base, wanted, limit))

    def problems(self, batch_id: str, limit: int | None = None) -> Iterator[BatchProblem]:
        """Every cell that is wrong, row by row."""
        return map(BatchProblem.from_json, self._paged(f"{self._base}/{batch_id}/problems", {}, limit))

    def launch(self, batch_id: str) -> Batch:
        """Spend what its plan says; twice is once."""
        return self._act(batch_id, "launch")

    def pause(self, batch_id: str) -> Batch:
        """Let nothing more of it begin."""
        return self._act(batch_id, "pause")

    def resume(self, batch_id: str) -> Batch:
        """Let it go on."""
        return self._act(batch_id, "resume")

    def cancel(self, batch_id: str) -> Batch:
        """Call it off: what has not begun does not begin, what runs stops at its next step."""
        return self._act(batch_id, "cancel")

    def retry(self, batch_id: str) -> Batch:
        """Try again what failed or was canceled."""
        return self._act(batch_id, "retry")

    def wait(self, batch_id: str, seconds: float = _DAY, on_change: Callable[[Batch], None] | None = None) -> Batch:
        """It when it has ended, or waits for a person to launch it. Raises ``BatchWaitExpired`` after ``seconds``."""
        return self._poll(batch_id, seconds, lambda batch: batch.has_ended or batch.state.value == "planned", on_change)

    def wait_for_plan(
        self, batch_id: str, seconds: float = _DAY, on_change: Callable[[Batch], None] | None = None
    ) -> Batch:
        """It when it is planned, or could not be. Raises ``BatchWaitExpired`` after ``seconds``."""
        return self._poll(batch_id, seconds, lambda batch: batch.is_planned, on_change)

    def download_zip(self, batch_id: str, path: Path | str, *, only_approved: bool = False) -> None:
        """Save every result there is as a ZIP, which appears complete or not at all. Raises ``OSError``, too."""
        query = "?only=approved" if only_approved else ""
        self._save(f"{self._base}/{batch_id}/results.zip{query}", Path(path))

    def download_manifest(self, batch_id: str, path: Path | str, *, only_approved: bool = False) -> None:
        """Save the list of its items: as JSON lines where ``path`` ends in ``.jsonl``, else as CSV."""
        kind = "jsonl" if Path(path).suffix == ".jsonl" else "csv"
        query = "?only=approved" if only_approved else ""
        self._save(f"{self._base}/{batch_id}/manifest.{kind}{query}", Path(path))

    def export(self, batch_id: str, target: Mapping[str, Any], *, idempotency_key: str | None = None) -> BatchExport:
        """Copy its results to a bucket of one's own: ``target`` as the API takes it, with its credentials."""
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        reply = self._transport.post(f"{self._base}/{batch_id}/exports", dict(target), headers)
        return BatchExport.from_json(reply)

    def exports(self, batch_id: str) -> Iterator[BatchExport]:
        """Its latest copies, newest first."""
        return map(BatchExport.from_json, self._transport.get(f"{self._base}/{batch_id}/exports")["items"])

    def export_of(self, batch_id: str, export_id: str) -> BatchExport:
        """One copy as it is now."""
        return BatchExport.from_json(self._transport.get(f"{self._base}/{batch_id}/exports/{export_id}"))

    def _items(self, path: str, filters: Mapping[str, Any], limit: int | None) -> Iterator[BatchItem]:
        return map(BatchItem.from_json, self._paged(path, filters, limit))

    def _act(self, batch_id: str, verb: str) -> Batch:
        return Batch.from_json(self._transport.post(f"{self._base}/{batch_id}/{verb}"))

    def _poll(
        self,
        batch_id: str,
        seconds: float,
        is_there: Callable[[Batch], bool],
        on_change: Callable[[Batch], None] | None,
    ) -> Batch:
        until, pause, said = time.monotonic() + seconds, _FIRST_POLL, None
        while True:
            batch = self.get(batch_id)
            if on_change is not None and batch.document != said:
                said = batch.document
                on_change(batch)
            if is_there(batch):
                return batch
            if time.monotonic() >= until:
                raise BatchWaitExpired(batch, seconds)
            time.sleep(max(0.0, min(pause, until - time.monotonic())))
            pause = min(pause * 1.5, _LONGEST_POLL)

    def _paged(self, path: str, filters: Mapping[str, Any], limit: int | None) -> Iterator[dict[str, Any]]:
        wanted = {name: value for name, value in filters.items() if value is not None}
        left, cursor = limit, None
        while left is None or left > 0:
            params = {**wanted, "limit": _PAGE if left is None else min(left, _PAGE)}
            page = self._transport.get(path, params if cursor is None else {**params, "cursor": cursor})
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return
            left = None if left is None else left - len(page["items"])

    def _save(self, source: str, path: Path) -> None:
        downloads.save(self._transport, lambda: self._transport.stream(source, {}, _PREPARATION_SECONDS), None, path)
