"""Examples that the OpenAPI document shows."""

from __future__ import annotations

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
}

EVENT_STREAM = """\
retry: 1500

id: 1795460001218-0
event: state
data: {"id":"019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11","state":"running", ...}

id: 1795460001490-0
event: progress
data: {"step":4,"total":20,"rate":14.8,"eta_seconds":1.1}

event: end
data: {"id":"019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11","state":"succeeded", ...}

"""
