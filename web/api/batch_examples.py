"""Examples of batches and campaigns that the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

from web.api.examples import JOB_SUMMARY

_API = "https://bottega.example/api/v1"
_ID = "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01"
_CAMPAIGN_ID = "019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a02"
_UPLOAD_ID = "019a1f09-4c02-7f31-9a55-0d4bfb3c7e10"

BATCH_REQUESTS: dict[str, Any] = {
    "table": {
        "summary": "A picture for each row of a table",
        "value": {
            "name": "Autumn teas",
            "model": "starter/backdrops",
            "input": {"prompt": "a {misty|sunlit} tea garden, {name}, __light__"},
            "table": {"upload": _UPLOAD_ID},
            "wildcards": {"light": ["morning light", "candlelight"]},
        },
    },
    "rows": {
        "summary": "Rows in the request, planned only",
        "value": {
            "name": "Slogans",
            "model": "starter/adcopy",
            "input": {"prompt": "Write a playful slogan for {product} by Zorvi"},
            "rows": [{"custom_id": "tea-1", "product": "Assam"}, {"custom_id": "tea-2", "product": "Sencha"}],
            "dry_run": True,
        },
    },
}

PLAN: dict[str, Any] = {
    "rows": 24,
    "bad_rows": 1,
    "items": 736,
    "by": {"templates": 2, "sizes": 4, "locales": 4},
    "generations": {
        "images": {"distinct": 48, "reused": 0, "needed": 48},
        "copy": {"distinct": 92, "reused": 0, "needed": 92},
    },
    "estimate": {"device_seconds": 61.4, "cpu_seconds": 40.2, "bytes": 88_320_000, "basis": "measured on 37 jobs"},
    "buckets": ["256x256"],
    "hash": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
}


def _urls(plural: str, batch_id: str, items: str) -> dict[str, str]:
    api = f"{_API}/{plural}/{batch_id}"
    return {
        "self": api,
        "problems": f"{api}/problems",
        "items": f"{api}/{items}",
        "manifest_csv": f"{api}/manifest.csv",
        "manifest_jsonl": f"{api}/manifest.jsonl",
        "zip": f"{api}/results.zip",
        "exports": f"{api}/exports",
        "web": f"https://bottega.example/{plural}/{batch_id}",
    }


BATCH: dict[str, Any] = {
    "id": _ID,
    "kind": "jobs",
    "name": "Autumn teas",
    "state": "running",
    "priority": "bulk",
    "rows": 24,
    "bad_rows": 1,
    "launched_rows": 24,
    "items": 23,
    "counts": {"waiting": 0, "queued": 9, "running": 2, "succeeded": 12, "failed": 0, "canceled": 0},
    "counted_at": "2026-11-23T19:06:48.120Z",
    "progress": 0.5217,
    "plan": {**PLAN, "items": 23, "by": {}},
    "error": None,
    "created_at": "2026-11-23T19:06:41.218Z",
    "planned_at": "2026-11-23T19:06:41.902Z",
    "launched_at": "2026-11-23T19:06:41.902Z",
    "finished_at": None,
    "urls": _urls("batches", _ID, "items"),
}
CAMPAIGN: dict[str, Any] = {
    **BATCH,
    "id": _CAMPAIGN_ID,
    "kind": "campaign",
    "name": "Autumn",
    "items": 736,
    "counts": {"waiting": 700, "queued": 20, "running": 8, "succeeded": 8, "failed": 0, "canceled": 0},
    "progress": 0.0109,
    "plan": PLAN,
    "urls": _urls("campaigns", _CAMPAIGN_ID, "creatives"),
}

JOB_ITEM: dict[str, Any] = {
    "id": "019a1f0b-2b70-7e4a-8d22-97b1d4f3a0c5",
    "row": 1,
    "custom_id": "tea-1",
    "template": None,
    "size": None,
    "locale": None,
    "state": "succeeded",
    "job": JOB_SUMMARY["id"],
    "attempt": 1,
    "changes": {},
    "error": None,
    "review": "pending",
    "review_reason": None,
    "reviewed_at": None,
    "artifact": JOB_SUMMARY["artifacts"][0],
}
CREATIVE: dict[str, Any] = {
    **JOB_ITEM,
    "template": "starter/hero",
    "size": "1080x1080",
    "locale": "ar",
    "review": "rejected",
    "review_reason": "The cup is cut off.",
    "reviewed_at": "2026-11-23T20:11:02.004Z",
}

EXPORT_REQUEST: dict[str, Any] = {
    "bucket": "zorvi-assets",
    "prefix": "autumn/2026",
    "region": "eu-central-1",
    "access_key_id": "AKIA...",
    "secret_access_key": "...",
    "pattern": "{locale}/{custom_id}_{size}.{ext}",
    "only_approved": True,
}
EXPORT: dict[str, Any] = {
    "id": "019a1f0c-90aa-7d3c-9d1f-33c3a3b8f6e2",
    "batch": _CAMPAIGN_ID,
    "state": "running",
    "target": {
        "endpoint_url": "https://s3.eu-central-1.amazonaws.com",
        **{name: value for name, value in EXPORT_REQUEST.items() if "access_key" not in name},
    },
    "copied": 312,
    "error": None,
    "created_at": "2026-11-23T20:30:00.000Z",
    "finished_at": None,
    "urls": {"self": f"{_API}/batches/{_CAMPAIGN_ID}/exports/019a1f0c-90aa-7d3c-9d1f-33c3a3b8f6e2"},
}

PROGRESS_STREAM = """\
retry: 1500

event: batch
data: {"id":"019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01","state":"running","progress":0.5217, ...}

event: end
data: {"id":"019a1f0a-11d0-7b52-8e0f-6f1f1c1d9a01","state":"completed","progress":1.0, ...}

"""
