"""Follow a job to its end: over server-sent events, resumed where they broke off, or by polling where none come."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from shared.client.documents import Job
from shared.client.errors import RequestRefused, WaitExpired
from shared.client.event_stream import parse
from shared.client.transport import Transport, may_pass

_SILENCE = 20.0
"""Seconds without a byte after which a stream counts as broken; the server sends a comment more often."""
_FAILURES_BEFORE_POLLING = 3
_FIRST_POLL = 0.25
_LONGEST_POLL = 2.0


@dataclass(frozen=True, slots=True)
class JobNews:
    """Something that was said about a job: ``kind`` is ``state``, ``queue``, ``progress``, ``preview`` or ``end``."""

    kind: str
    data: dict[str, Any]


class Following:
    """One job being followed, for ``seconds`` at most."""

    def __init__(self, transport: Transport, job_id: str, seconds: float) -> None:
        self._transport = transport
        self._path = f"/api/v1/jobs/{job_id}"
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._last_event_id = ""
        self._failures = 0

    def news(self) -> Iterator[JobNews]:
        """What is said until the end, which comes last. Raises ``WaitExpired``, and what a request raises."""
        while self._failures < _FAILURES_BEFORE_POLLING:
            for item in self._streamed():
                yield item
                if item.kind == "end":
                    return
            # A stream that ended without its last word: the job may have ended all the same.
            if (job := self._job()).has_ended:
                yield _end(job)
                return
            self._failures += 1
            self._rest(_FIRST_POLL * self._failures)
        yield from self._polled()

    def _streamed(self) -> Iterator[JobNews]:
        """The news of one connection, until it breaks."""
        headers = {"Accept": "text/event-stream"}
        if self._last_event_id:
            headers["Last-Event-ID"] = self._last_event_id
        silence = max(0.1, min(_SILENCE, self._until - time.monotonic()))
        try:
            with self._transport.stream(f"{self._path}/events", headers, silence) as reply:
                if not reply.headers.get("content-type", "").startswith("text/event-stream"):
                    self._failures = _FAILURES_BEFORE_POLLING
                    return
                for event in parse(reply.iter_lines()):
                    self._failures = 0
                    self._expire()
                    if event is not None:
                        self._last_event_id = event.id
                        yield JobNews(event.kind, _data(event.data))
        except httpx.TransportError:
            return
        except RequestRefused as refused:
            if not may_pass(refused.problem):
                raise

    def _polled(self) -> Iterator[JobNews]:
        pause, said = _FIRST_POLL, None
        while True:
            job = self._job()
            if job.has_ended:
                yield _end(job)
                return
            if job.state is not said:
                said = job.state
                yield JobNews("state", {"state": job.state.value})
            self._rest(pause)
            pause = min(pause * 2, _LONGEST_POLL)

    def _job(self) -> Job:
        job = Job.from_json(self._transport.get(self._path))
        if not job.has_ended and time.monotonic() >= self._until:
            raise WaitExpired(job, self._seconds)
        return job

    def _rest(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, self._until - time.monotonic())))

    def _expire(self) -> None:
        if time.monotonic() >= self._until:
            self._job()


def _end(job: Job) -> JobNews:
    return JobNews("end", {"state": job.state.value})


def _data(text: str) -> dict[str, Any]:
    with suppress(ValueError):
        data = json.loads(text)
        if isinstance(data, dict):
            return data
    return {}
