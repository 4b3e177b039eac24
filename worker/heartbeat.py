"""A worker's sign of life in the database."""

from __future__ import annotations

import os
import socket
import threading
from uuid import UUID

from shared.db import session_scope
from shared.errors import DatabaseUnavailable
from shared.identifiers import new_id
from shared.logging import get_logger
from shared.queue.names import QueueName
from shared.workers import repository
from shared.workers.models import Worker, WorkerState
from worker.drain import Drain

log = get_logger(__name__)

_BEAT_SECONDS = 5.0


class Heartbeat:
    """A thread that keeps this process's row of ``workers`` up to date."""

    def __init__(self, queue: QueueName, device: str, drain: Drain, beat_seconds: float = _BEAT_SECONDS) -> None:
        self.worker_id: UUID = new_id()
        self._identity = {
            "queue": queue,
            "host": socket.gethostname(),
            "process_id": os.getpid(),
            "device": device,
        }
        self._drain = drain
        self._beat_seconds = beat_seconds
        self._model_name: str | None = None
        self._jobs_done = 0
        self._counting = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Register the worker and begin to beat."""
        self._report(WorkerState.RUNNING)
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye."""
        self._stop.set()
        self._thread.join(timeout=2)
        self._report(WorkerState.STOPPED)

    def count_jobs(self, done: int) -> None:
        """Say that jobs have ended well. Any thread may."""
        with self._counting:
            self._jobs_done += done

    def show_model(self, name: str) -> None:
        """Say which model it works with."""
        self._model_name = name

    def _run(self) -> None:
        while not self._stop.wait(self._beat_seconds):
            self._report(WorkerState.DRAINING if self._drain.begun() else WorkerState.RUNNING)

    def _report(self, state: WorkerState) -> None:
        values = {"state": state, "model_name": self._model_name, "jobs_done": self._jobs_done}
        try:
            with session_scope() as session:
                if not repository.report(session, self.worker_id, **values):
                    session.add(Worker(id=self.worker_id, **self._identity, **values))
        except DatabaseUnavailable:
            log.warning("heartbeat_missed")
