"""One reader of a job's news: what waits for a connection to take it, and no more than so much."""

from __future__ import annotations

import queue
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

_STREAM_ID = re.compile(r"([0-9]{1,20})(?:-([0-9]{1,20}))?", re.ASCII)
_WAITING_AT_MOST = 600
"""A whole stream of progress fits, so that whoever joins can be told all of it at once."""
_PREVIEWS_BEHIND_AT_MOST = 8
"""A picture of what was is of no use, and takes twenty kilobytes of memory."""
_OVERTAKEN = frozenset({"preview", "text", "loading"})
"""Kinds of which the next one says all that the one before did."""

FROM_THE_START = "0"

StreamPlace = tuple[int, int]
Version = tuple[str, int]
"""A job's state and its attempts."""


@dataclass(frozen=True, slots=True)
class JobNews:
    """One thing that happened.

    ``kind`` is ``state``, ``loading`` (of its model), ``progress``, ``preview``, ``text`` (as far as it is written),
    ``queue`` (its place there) or, last of all, ``end``. ``id`` is the place in the stream to resume after; news of the
    database has none.
    """

    kind: str
    data: dict[str, Any]
    id: str | None = None


def stream_place(text: str) -> StreamPlace:
    """A place in a Redis stream, comparable. Raises ``ValueError``."""
    match = _STREAM_ID.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return int(match[1]), int(match[2] or 0)


def version_of(summary: Mapping[str, Any]) -> Version:
    """The version of a job that a summary of it shows."""
    return summary["state"], summary["attempts"]


@dataclass(eq=False, slots=True)
class Subscription:
    """A bounded queue from the hub, which alone puts into it, to one connection, which alone takes from it."""

    job_id: UUID
    heard: StreamPlace
    """Entries of the stream up to this one are not told."""
    said: Version | None = None
    told: dict[str, Any] | None = None
    """The place in the queue that it was told last."""
    is_over: bool = False
    """Nothing more is put in."""
    was_too_slow: bool = False
    _waiting: queue.SimpleQueue[JobNews | None] = field(default_factory=queue.SimpleQueue)

    def offer(self, news: JobNews) -> None:
        """Put something in. A reader that is far behind misses previews; one that is too far behind is given up."""
        if self.is_over:
            return
        behind = self._waiting.qsize()
        if news.kind in _OVERTAKEN and behind > _PREVIEWS_BEHIND_AT_MOST:
            return
        if behind >= _WAITING_AT_MOST:
            self.was_too_slow = True
            self.close()
            return
        self._waiting.put(news)

    def close(self) -> None:
        """End it, after what waits."""
        self.is_over = True
        self._waiting.put(None)

    def take(self, seconds: float) -> JobNews | None:
        """The next thing, waited for; nothing when none came, or when it is over."""
        try:
            return self._waiting.get(timeout=seconds)
        except queue.Empty:
            return None

    @property
    def is_drained(self) -> bool:
        """Whether it is over and everything was taken."""
        return self.is_over and self._waiting.empty()
