"""Examples that the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

JOB_REQUESTS = {
    "picture": {
        "summary": "A picture",
        "value": {
            "model": "starter/backdrops",
            "input": {"prompt": "a calm teal ocean at dawn, backdrop for a skincare ad", "seed": 7},
        },
    },
    "text": {
        "summary": "A text, with labels and a webhook",
        "value": {
            "model": "starter/adcopy",
            "input": {"prompt": "Write a playful slogan for coffee by Zorvi"},
            "labels": {"campaign": "spring"},
            "webhook_url": "https://example.com/hooks/bottega",
        },
    },
    "later": {
        "summary": "A picture at a certain time, or never",
        "value": {
            "model": "starter/backdrops",
            "input": {"prompt": "snow over a quiet harbour, backdrop for a winter ad", "seed": 24},
            "run_after": "2026-12-24T18:00:00Z",
            "expires_after": 2_592_000,
            "reuse": False,
        },
    },
}

_API = "https://bottega.example/api/v1"

BULK_REQUEST: dict[str, Any] = {
    "jobs": [
        {"model": "starter/backdrops", "input": {"prompt": "a calm teal ocean at dawn", "seed": seed}}
        for seed in (7, 8, 9)
    ]
}

RECEIPTS: dict[str, Any] = {
    "items": [
        {"id": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a12", "state": "queued", "reused_from": None},
        {
            "id": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a13",
            "state": "succeeded",
            "reused_from": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
        },
    ]
}

JOB_SUMMARY: dict[str, Any] = {
    "id": "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
    "model": "starter/backdrops",
    "state": "succeeded",
    "priority": "normal",
    "labels": {"campaign": "spring"},
    "run_after": "2026-11-23T19:06:41.218Z",
    "expires_at": None,
    "on_dependency_failure": "fail",
    "reused_from": None,
    "attempts": 1,
    "error": None,
    "cancel_requested_at": None,
    "created_at": "2026-11-23T19:06:41.218Z",
    "started_at": "2026-11-23T19:06:41.240Z",
    "finished_at": "2026-11-23T19:06:42.903Z",
    "artifacts": [
        {
            "id": "019a1f04-7a60-7d02-8f9a-b1c20d7b95e4",
            "index": 0,
            "media_type": "image/png",
            "size": 24117,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "facts": {"width": 128, "height": 128},
            "removed_at": None,
            "urls": {
                "self": f"{_API}/artifacts/019a1f04-7a60-7d02-8f9a-b1c20d7b95e4",
                "content": f"{_API}/artifacts/019a1f04-7a60-7d02-8f9a-b1c20d7b95e4/content",
            },
        }
    ],
    "urls": {
        "self": f"{_API}/jobs/019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
        "events": f"{_API}/jobs/019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11/events",
        "cancel": f"{_API}/jobs/019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11/cancel",
        "web": "https://bottega.example/jobs/019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11",
    },
}

JOB: dict[str, Any] = {
    **JOB_SUMMARY,
    "input": {"prompt": "a calm teal ocean at dawn", "seed": 7, "width": 128, "height": 128},
    "progress": None,
    "queue": None,
}

EVENT_STREAM = """\
retry: 1500

event: queue
data: {"position":3,"at_least":false,"eta_seconds":20.5,"reason":null,"paused":[],"waiting_for":[],"not_before":null}

id: 1795460001218-0
event: state
data: {"id":"019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11","state":"running", ...}

id: 1795460001490-0
event: progress
data: {"step":4,"total":20,"rate":14.8,"eta_seconds":1.1}

event: end
data: {"id":"019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11","state":"succeeded", ...}

"""
