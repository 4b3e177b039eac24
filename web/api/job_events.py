"""A job's news as server-sent events."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response

from shared.accounts.service import Scope
from web.api.examples import EVENT_STREAM
from web.auth import api_key
from web.openapi import LAST_EVENT_ID, accepts_headers
from web.sse import event_stream

blueprint = APIBlueprint("job_events", __name__, url_prefix="/api/v1/jobs", tag="Jobs")

_STREAM: dict[int | str, Any] = {
    200: {
        "description": "The stream.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EVENT_STREAM}},
    }
}


@blueprint.get("/<uuid:job_id>/events")
@api_key(Scope.READ)
@blueprint.doc(responses=_STREAM)
@accepts_headers(LAST_EVENT_ID)
def follow(job_id: UUID) -> Response:
    """Follow a job

    Server-sent events: `state` (the job without its input), `queue` (its place there, every few seconds while it
    changes), `loading` (`bytes` and `total_bytes` of the model, `seconds`), `progress` (`step`, `total`, `rate`,
    `eta_seconds`), `preview` (a small picture in base64 while it forms), `text` (what is written so far) and, last,
    `end`. A comment is sent when nothing happens, and before a reader who is too slow is let go. After a
    broken connection send the last `id` as `Last-Event-ID`, as browsers do.
    """
    return event_stream(job_id)
