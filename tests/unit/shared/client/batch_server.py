"""Batches, campaigns, templates and kits as a scripted server answers them."""

from __future__ import annotations

from typing import Any

from shared.batches.states import BatchState

PLAN: dict[str, Any] = {
    "rows": 24,
    "bad_rows": 1,
    "items": 736,
    "by": {"templates": 2, "sizes": 4, "locales": 4},
    "generations": {
        "images": {"distinct": 48, "reused": 40, "needed": 8},
        "copy": {"distinct": 0, "reused": 0, "needed": 0},
    },
    "estimate": {"device_seconds": 61.4, "cpu_seconds": 40.2, "bytes": 88_320_000, "basis": "measured on 37 jobs"},
    "buckets": [],
    "hash": "5e88",
}
_NOTHING = {"waiting": 0, "queued": 0, "running": 0, "succeeded": 0, "failed": 0, "canceled": 0}


def batch_document(state: BatchState = BatchState.PLANNED, **changes: Any) -> dict[str, Any]:
    """A batch as the API answers it; ``counts`` says what differs from nothing."""
    counts = {**_NOTHING, **changes.pop("counts", {})}
    ended = state in (BatchState.COMPLETED, BatchState.CANCELED, BatchState.FAILED)
    return {
        "id": "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01",
        "kind": "jobs",
        "name": "Autumn teas",
        "state": state.value,
        "priority": "bulk",
        "rows": 24,
        "bad_rows": 1,
        "launched_rows": 0,
        "items": 736,
        "counts": counts,
        "counted_at": None,
        "progress": 0.0,
        "plan": None if state is BatchState.PLANNING else PLAN,
        "error": None,
        "created_at": "2026-11-23T10:00:00.000Z",
        "planned_at": None,
        "launched_at": None,
        "finished_at": "2026-11-23T10:05:00.000Z" if ended else None,
        "urls": {},
        **changes,
    }


def problem_document(row: int = 3, column: str | None = "headline", **changes: Any) -> dict[str, Any]:
    """One bad cell."""
    return {"row": row, "column": column, "code": "too_long", "message": "has 90 characters; 60 fit", **changes}


def item_document(**changes: Any) -> dict[str, Any]:
    """One creative that has been made."""
    return {
        "id": "019a1f0b-2b70-7e4a-8d22-97b1d4f3a0c5",
        "row": 1,
        "custom_id": "tea-1",
        "template": "starter/hero",
        "size": "1080x1080",
        "locale": "en",
        "state": "succeeded",
        "job": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
        "attempt": 1,
        "changes": {},
        "error": None,
        "review": "pending",
        "review_reason": None,
        "reviewed_at": None,
        "artifact": None,
        **changes,
    }


def export_document(state: str = "queued", **changes: Any) -> dict[str, Any]:
    """A copy to somebody's bucket."""
    return {
        "id": "019a1f0c-90aa-7d3c-9d1f-33c3a3b8f6e2",
        "batch": "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01",
        "state": state,
        "target": {"bucket": "zorvi", "prefix": "autumn"},
        "copied": 0,
        "error": None,
        "created_at": "2026-11-23T10:06:00.000Z",
        "finished_at": None,
        "urls": {},
        **changes,
    }


def page(*items: dict[str, Any], cursor: str | None = None) -> dict[str, Any]:
    """Some of a list, and where it goes on."""
    return {"items": list(items), "next_cursor": cursor}


def template_document(name: str = "spring", **changes: Any) -> dict[str, Any]:
    """A template of the workspace's own."""
    return {"name": name, "title": "Spring", "version": 1, "is_starter": False, "fields": [], **changes}


def upload_document() -> dict[str, Any]:
    """A table that was sent."""
    return {
        "id": "019a1f09-4c02-7f31-9a55-0d4bfb3c7e10",
        "file_name": "teas.csv",
        "media_type": "text/csv",
        "size": 30,
        "sha256": "00",
        "facts": {"rows": 2, "columns": ["name"]},
        "created_at": "2026-11-23T10:00:00.000Z",
        "expires_at": "2026-12-23T10:00:00.000Z",
    }
