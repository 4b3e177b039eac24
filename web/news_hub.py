"""One reader of Redis and Postgres a process, for everybody who watches a job there.

A thread reads the streams of all watched jobs in one call, looks at all their rows in one query every two seconds, so
that a Redis that loses everything leaves nobody waiting, and hands what it finds to the subscriptions. Its cost grows
with what happens and, slightly, with the number of jobs watched; a stream holds no connection to either server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import redis

from shared.errors import DatabaseUnavailable
from shared.jobs import progress
from shared.jobs.progress import ProgressEntry
from shared.jobs.states import TERMINAL, JobState
from shared.logging import get_logger
from shared.queue.redis import OUTAGE
from web import job_rows
from web.job_rows import JobRow
from web.shutdown import is_stopping
from web.subscription import JobNews, StreamPlace, Subscription, stream_place, version_of

log = get_logger(__name__)

_READ_MILLISECONDS = 100
"""How long a reading waits, and so how long somebody who joins waits at most for the first word of the stream."""
_COALESCE_SECONDS = 0.05
"""What comes within this time is read at once: fifty jobs that step five times a second are not 250 readings."""
_ROWS_SECONDS = 2.0
_QUEUE_SECONDS = 3.0
_QUEUE_LOOKS_AT_ONCE = 10
_QUEUE_LOOK_PAUSE = 0.5
"""Places in the queue are dear: twenty a second at most, whoever has waited longest for one first."""
_MARK_SECONDS = progress.WATCHED_SECONDS / 3


@dataclass(eq=False, slots=True)
class WatchedJob:
    """A job that somebody in this process watches."""

    job_id: UUID
    place: StreamPlace
    """The entry of its stream that is read next is the one after this."""
    readers: list[Subscription] = field(default_factory=list)
    row: JobRow | None = None
    row_is_due: bool = True
    queue: dict[str, Any] | None = None
    """Where it stands in the queue, while it does."""
    queue_looked_at: float = float("-inf")

    def tell_entry(self, entry: ProgressEntry) -> None:
        """Hand on an entry of its stream to those who have not heard it."""
        place = stream_place(entry.id)
        self.place = max(self.place, place)
        version = version_of(entry.data) if entry.kind == "state" else None
        if version is not None and JobState(version[0]) in TERMINAL:
            self.row_is_due = True
        news = JobNews(entry.kind, entry.data, entry.id)
        for reader in self.readers:
            if place <= reader.heard:
                continue
            reader.heard = place
            if version is not None:
                if version == reader.said:
                    continue
                reader.said = version
            reader.offer(news)

    def tell_row(self, row: JobRow | None) -> None:
        """Hand on what the database says; a job that is there no longer, or has ended, is watched no longer."""
        self.row, self.row_is_due = row, False
        if row is None:
            self.close()
            return
        if not row.is_waiting:
            self.queue = None
        for reader in self.readers:
            if reader.said != row.version:
                reader.said = row.version
                reader.offer(JobNews("state", row.summary))
            if row.has_ended:
                reader.offer(JobNews("end", row.summary))
                reader.close()

    def tell_queue(self) -> None:
        """Hand on its place in the queue to those who were told another."""
        for reader in self.readers:
            if self.queue is not None and reader.told is not self.queue:
                reader.told = self.queue
                reader.offer(JobNews("queue", self.queue))

    def close(self) -> None:
        """End every stream of it."""
        for reader in self.readers:
            reader.close()


class NewsHub:
    """See the module. Its thread starts with the first subscription, and rests while there is none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._joining: list[Subscription] = []
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._watched: dict[UUID, WatchedJob] = {}
        self._rows_looked_at = float("-inf")
        self._queue_looked_at = float("-inf")
        self._marked_at = float("-inf")

    def join(self, job_id: UUID, after: str) -> Subscription:
        """Hear of a job from an entry of its stream on, and of its row. Raises ``ValueError`` for no entry's id."""
        subscription = Subscription(job_id, stream_place(after))
        with self._lock:
            self._joining.append(subscription)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="news-hub", daemon=True)
                self._thread.start()
        self._wake.set()
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Hear no more."""
        subscription.close()

    def _run(self) -> None:
        while True:
            try:
                self._turn()
            except Exception:
                # Whatever it is, everybody's streams hang on this thread.
                log.exception("news_hub_failed")
                time.sleep(1)

    def _turn(self) -> None:
        joined = self._take_joining()
        self._forget_those_without_readers()
        if not self._watched:
            self._wake.wait()
            self._wake.clear()
            return
        if is_stopping():
            for job in self._watched.values():
                job.close()
            return
        self._mark_watched(joined)
        self._read()
        self._look_at_rows()
        self._look_at_queue()
        for job in self._watched.values():
            job.tell_queue()

    def _take_joining(self) -> set[UUID]:
        with self._lock:
            joining, self._joining = self._joining, []
        for reader in joining:
            job = self._watched.setdefault(reader.job_id, WatchedJob(reader.job_id, reader.heard))
            # Those who are further on have heard the difference, and are not told it again.
            job.place = min(job.place, reader.heard)
            job.row_is_due = True
            job.readers.append(reader)
        return {reader.job_id for reader in joining}

    def _forget_those_without_readers(self) -> None:
        for job in list(self._watched.values()):
            job.readers = [reader for reader in job.readers if not reader.is_over]
            if not job.readers:
                del self._watched[job.job_id]

    def _mark_watched(self, joined: Collection[UUID]) -> None:
        now = time.monotonic()
        everybody = now - self._marked_at >= _MARK_SECONDS
        marked = self._watched.keys() if everybody else joined
        if not marked or OUTAGE.lasts():
            return
        if everybody:
            self._marked_at = now
        try:
            progress.mark_watched(marked)
        except redis.RedisError:
            OUTAGE.begin()

    def _read(self) -> None:
        if OUTAGE.lasts():
            time.sleep(_READ_MILLISECONDS / 1000)
            return
        places = {job.job_id: f"{job.place[0]}-{job.place[1]}" for job in self._watched.values()}
        try:
            entries = progress.follow(places, _READ_MILLISECONDS)
        except redis.RedisError as error:
            OUTAGE.begin()
            log.warning("news_not_read", error=type(error).__name__)
            return
        for job_id, entry in entries:
            self._watched[job_id].tell_entry(entry)
        if entries:
            time.sleep(_COALESCE_SECONDS)

    def _look_at_rows(self) -> None:
        now = time.monotonic()
        everybody = now - self._rows_looked_at >= _ROWS_SECONDS
        looked_at = [job for job in self._watched.values() if everybody or job.row_is_due]
        if not looked_at:
            return
        if everybody:
            self._rows_looked_at = now
        known = {job.job_id: job.row for job in looked_at}
        try:
            rows = job_rows.look(known)
        except DatabaseUnavailable:
            for job in looked_at:
                job.row_is_due = False
            return
        for job in looked_at:
            job.tell_row(rows.get(job.job_id))

    def _look_at_queue(self) -> None:
        now = time.monotonic()
        if now - self._queue_looked_at < _QUEUE_LOOK_PAUSE:
            return
        due = [
            job
            for job in self._watched.values()
            if job.row is not None and job.row.is_waiting and now - job.queue_looked_at >= _QUEUE_SECONDS
        ]
        if not due:
            return
        self._queue_looked_at = now
        due = sorted(due, key=lambda job: job.queue_looked_at)[:_QUEUE_LOOKS_AT_ONCE]
        for job in due:
            job.queue_looked_at = now
        try:
            places = job_rows.queue_places([job.job_id for job in due])
        except DatabaseUnavailable:
            return
        for job in due:
            place = places.get(job.job_id)
            if place != job.queue:
                job.queue = place


@cache
def get_hub() -> NewsHub:
    """This process's hub."""
    return NewsHub()
