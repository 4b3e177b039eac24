"""Server-sent events (WHATWG HTML, section 9.2): news as a stream that a broken connection resumes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, request

from shared.errors import InputRefused
from shared.jobs import repository
from web.auth import current_principal
from web.job_news import ReaderTooSlow, watch
from web.subscription import FROM_THE_START, JobNews, stream_place
from web.transactions import tenant_session

_HEARTBEAT_SECONDS = 10.0
_HEARTBEAT = ": still here\n\n"
_TOO_SLOW = ": more has happened than is kept for a slow reader; connect again to go on\n\n"
_RECONNECT_MILLISECONDS = 1500


def event_stream(job_id: UUID) -> Response:
    """The stream of one job of the caller's. Raises ``NotFound``, and ``InputRefused`` for a bad resume point."""
    after = resume_point(request.headers.get("Last-Event-ID", ""))
    workspace_id = current_principal().workspace_id
    with tenant_session() as session:
        repository.get_job(session, workspace_id, job_id)
    response = Response(lines(watch(job_id, after, _HEARTBEAT_SECONDS)), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def progress_stream(news: Iterator[tuple[str, dict[str, Any]] | None]) -> Response:
    """A stream of kinds and documents that nobody resumes: the first event says everything."""
    response = Response(lines(each and JobNews(*each) for each in news), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def resume_point(last_event_id: str) -> str:
    """Where a stream goes on: after the entry the caller saw last. Raises ``InputRefused``."""
    if not last_event_id:
        return FROM_THE_START
    try:
        stream_place(last_event_id)
    except ValueError:
        raise InputRefused.of("Last-Event-ID", "is not the id of an event of this stream") from None
    return last_event_id


def lines(news: Iterator[JobNews | None]) -> Iterator[str]:
    """News as text/event-stream, with a comment when there has been none for a while."""
    yield f"retry: {_RECONNECT_MILLISECONDS}\n\n"
    try:
        for item in news:
            yield _HEARTBEAT if item is None else event(item)
    except ReaderTooSlow:
        yield _TOO_SLOW


def event(news: JobNews) -> str:
    """One event. JSON has no line breaks, so the data is one line."""
    place = f"id: {news.id}\n" if news.id else ""
    return f"{place}event: {news.kind}\ndata: {json.dumps(news.data, separators=(',', ':'))}\n\n"
