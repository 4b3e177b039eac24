"""Tell watchers how far jobs are, without ever making the device wait for Redis."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from shared.errors import ForwardBatchInterrupted
from shared.jobs import progress
from shared.logging import get_logger
from worker import metrics
from worker.drain import Drain
from worker.lease import Hold

log = get_logger(__name__)

_FLUSH_SECONDS = 0.2
_PREVIEW_SECONDS = 1.0
_TEXT_SECONDS = 0.3

Entry = tuple[UUID, str, dict[str, Any]]
Source = Callable[[], Sequence[Entry]]
Part = TypeVar("Part", bytes, str)


class ProgressPublisher:
    """A thread that sends the newest progress of each job; what a newer one overtakes is never sent."""

    def __init__(self) -> None:
        self._newest: dict[tuple[UUID, str], Entry] = {}
        self._sources: set[Source] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self.watched: frozenset[UUID] = frozenset()
        self._thread = threading.Thread(target=self._run, name="progress-publisher", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send what is left, and end."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout=3)

    def say(self, entries: Sequence[Entry]) -> None:
        """Take over entries to send soon; returns at once."""
        with self._lock:
            for entry in entries:
                self._newest[entry[0], entry[1]] = entry
        self._wake.set()

    def ask(self, source: Source) -> None:
        """Let ``source`` say what there is to send when the time for it has come; returns at once.

        However often it is called meanwhile, it costs the device's thread next to nothing.
        """
        with self._lock:
            self._sources.add(source)
        if not self._wake.is_set():
            self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            self._send()
            self._stopping.wait(_FLUSH_SECONDS)
        self._send()

    def _send(self) -> None:
        with self._lock:
            entries, self._newest = list(self._newest.values()), {}
            sources, self._sources = self._sources, set()
        if not entries and not sources:
            return
        try:
            entries = [entry for source in sources for entry in source()] + entries
            self.watched = progress.publish(entries)
        except Exception:
            # Whatever it is, the view is not worth the thread that sends it.
            log.exception("progress_not_sent")


class ForwardBatchControl:
    """The ``StepControl`` of one forward batch: progress out, cancellation and drain in."""

    def __init__(
        self,
        hold: Hold,
        job_ids: Sequence[UUID],
        publisher: ProgressPublisher,
        drain: Drain,
        model: str,
        on_last_step: Callable[[], None] = lambda: None,
    ) -> None:
        self._hold = hold
        self._job_ids = tuple(job_ids)
        self._publisher = publisher
        self._drain = drain
        self._on_last_step = on_last_step
        self.steps = 0
        """Made so far."""
        self._started = time.monotonic()
        self._shown_at = {"preview": self._started, "text": self._started}
        self._at = (0, 0, self._started)
        """Steps made, of how many, and when the last of them was."""
        self._say_progress = self._progress
        self._step_seconds = metrics.STEP_SECONDS.labels(model)

    def step(
        self,
        done: int,
        total: int,
        previews: Callable[[], Sequence[bytes]] | None = None,
        texts: Callable[[], Sequence[str]] | None = None,
    ) -> frozenset[int]:
        """See ``StepControl``. Drained past its patience, the whole batch is interrupted."""
        self._hold.advance()
        self.steps = done
        now = time.monotonic()
        self._step_seconds.observe(now - self._at[2])
        self._at = (done, total, now)
        self._publisher.ask(self._say_progress)
        if done < total:
            self._show("preview", previews, _PREVIEW_SECONDS, _as_preview)
            self._show("text", texts, _TEXT_SECONDS, _as_text)
        if done >= total:
            self._on_last_step()
        gone = self._gone()
        if len(gone) == len(self._job_ids) or (done < total and self._drain.overdue()):
            raise ForwardBatchInterrupted
        return gone

    def _gone(self) -> frozenset[int]:
        dropped = self._hold.dropped()
        if not dropped:
            return frozenset()
        return frozenset(index for index, job_id in enumerate(self._job_ids) if job_id in dropped)

    def _progress(self) -> Sequence[Entry]:
        """How far each member is by now. The thread that sends it asks."""
        done, total, at = self._at
        seconds = at - self._started
        rate = done / seconds if seconds > 0 else None
        eta = (total - done) / rate if rate else None
        state = {
            "step": done,
            "total": total,
            "rate": round(rate, 3) if rate else None,
            "eta_seconds": round(eta, 1) if eta is not None else None,
        }
        return [(job_id, "progress", state) for job_id in self._job_ids]

    def _show(
        self,
        kind: str,
        parts: Callable[[], Sequence[Part]] | None,
        seconds: float,
        entry: Callable[[Part], dict[str, Any]],
    ) -> None:
        """Say how far each watched job's result is, once in so many seconds."""
        if not parts or time.monotonic() - self._shown_at[kind] < seconds:
            return
        watched = self._publisher.watched.intersection(self._job_ids)
        if not watched:
            return
        self._shown_at[kind] = time.monotonic()
        try:
            made = parts()
        except Exception:
            # A picture of how far it is must not end the job that it shows.
            log.warning("preview_failed", kind=kind, exc_info=True)
            return
        self._publisher.say(
            [(job_id, kind, entry(part)) for job_id, part in zip(self._job_ids, made, strict=True) if job_id in watched]
        )


def _as_preview(image: bytes) -> dict[str, Any]:
    return {"media_type": "image/webp", "base64": base64.b64encode(image).decode()}


def _as_text(text: str) -> dict[str, Any]:
    return {"text": text}
