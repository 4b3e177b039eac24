"""A batch, its items and its problems as JSON: one shape for API replies, webhook bodies and the command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.batches.models import Batch, BatchProblem, Export
from shared.batches.repository import ItemView
from shared.batches.states import BatchKind
from shared.clock import iso
from shared.config import get_settings
from shared.jobs.document import artifact_document
from shared.jobs.states import Priority

ENDED_STATES = ("succeeded", "failed", "canceled")
ITEM_STATES = ("waiting", "queued", "running", *ENDED_STATES)


def batch_document(batch: Batch) -> dict[str, Any]:
    """The batch without its rows and items."""
    counts = {state: int(batch.counts.get(state, 0)) for state in ITEM_STATES}
    return {
        "id": str(batch.id),
        "kind": batch.kind.value,
        "name": batch.name,
        "state": batch.state.value,
        "priority": Priority(batch.priority).name.lower(),
        "rows": batch.rows,
        "bad_rows": batch.bad_rows,
        "launched_rows": batch.launched_rows,
        "items": batch.items,
        "counts": counts,
        "counted_at": iso(batch.counted_at),
        "progress": _progress(batch, counts),
        "plan": batch.plan if batch.planned_at is not None else None,
        "error": {"code": batch.error_code, "message": batch.error_message} if batch.error_code else None,
        "created_at": iso(batch.created_at),
        "planned_at": iso(batch.planned_at),
        "launched_at": iso(batch.launched_at),
        "finished_at": iso(batch.finished_at),
        "urls": batch_urls(batch),
    }


def _progress(batch: Batch, counts: Mapping[str, int]) -> float:
    """From 0 to 1: how much of what it makes has ended, well or not."""
    ended = sum(counts[state] for state in ENDED_STATES)
    return round(min(1.0, ended / batch.items), 4) if batch.items and batch.launched_at is not None else 0.0


def batch_urls(batch: Batch) -> dict[str, str]:
    """Where everything of a batch is."""
    base = get_settings().public_url.rstrip("/")
    plural = "campaigns" if batch.kind is BatchKind.CAMPAIGN else "batches"
    api = f"{base}/api/v1/{plural}/{batch.id}"
    return {
        "self": api,
        "problems": f"{api}/problems",
        "items": f"{api}/creatives" if batch.kind is BatchKind.CAMPAIGN else f"{api}/items",
        "manifest_csv": f"{api}/manifest.csv",
        "manifest_jsonl": f"{api}/manifest.jsonl",
        "zip": f"{api}/results.zip",
        "exports": f"{api}/exports",
        "web": f"{base}/{plural}/{batch.id}",
    }


def item_document(item: ItemView) -> dict[str, Any]:
    """One thing that a batch makes, with the file that came out."""
    found = item.item
    return {
        "id": str(found.id),
        "row": found.row,
        "custom_id": found.custom_id,
        "template": found.template,
        "size": found.size,
        "locale": found.locale,
        "state": item.state,
        "job": str(found.job_id) if found.job_id else None,
        "attempt": found.attempt,
        "changes": {name: found.changes[name] for name in ("cells", "seed") if name in found.changes},
        "error": {"code": item.error_code, "message": item.error_message} if item.error_code else None,
        "review": found.review.value,
        "review_reason": found.review_reason,
        "reviewed_at": iso(found.reviewed_at),
        "artifact": artifact_document(item.artifact) if item.artifact else None,
    }


def problem_document(problem: BatchProblem) -> dict[str, Any]:
    """What is wrong with one cell."""
    return {
        "row": problem.row,
        "column": problem.column or None,
        "code": problem.code,
        "message": problem.message,
    }


def export_document(export: Export) -> dict[str, Any]:
    """A copy to somebody's own bucket; never its credentials."""
    base = get_settings().public_url.rstrip("/")
    return {
        "id": str(export.id),
        "batch": str(export.batch_id),
        "state": export.state.value,
        "target": export.target,
        "copied": export.copied,
        "error": {"message": export.error_message} if export.error_message else None,
        "created_at": iso(export.created_at),
        "finished_at": iso(export.finished_at),
        "urls": {"self": f"{base}/api/v1/batches/{export.batch_id}/exports/{export.id}"},
    }
