"""What need not happen every second: forget, remove, collect. A thread of the dispatcher that leads."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy.orm import Session

from shared.artifacts import uploads
from shared.db import session_scope
from shared.errors import BottegaError
from shared.jobs import retention, sweeps
from shared.jobs.orphans import OrphanSweep
from shared.logging import get_logger
from shared.storage.base import ObjectStore
from shared.webhooks import sweeps as delivery_sweeps

log = get_logger(__name__)

_EVERY_SECONDS = 60.0
_SWEEPS_AT_ONCE = 20
_PAGES_AT_ONCE = 10


class Housekeeping:
    """Keeps house once a minute while this process leads. However long the store takes, the bells ring meanwhile."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._orphans = OrphanSweep(store)
        self._leading = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Be ready to keep house."""
        self._thread.start()

    def lead(self) -> None:
        """This process leads: begin, or go on."""
        self._leading.set()

    def stand_by(self) -> None:
        """Another process leads, or nobody can."""
        self._leading.clear()

    def _run(self) -> None:
        pause = threading.Event()
        while self._leading.wait():
            self.keep_house()
            pause.wait(_EVERY_SECONDS)

    def keep_house(self) -> None:
        """Everything once, in small transactions; what fails is left to the next time."""
        for work in (
            self._forget,
            self._remove_files,
            self._remove_uploads,
            self._delete_jobs,
            self._collect_orphans,
        ):
            try:
                work()
            except BottegaError as error:
                log.warning("housekeeping_postponed", error=error.code)
            except Exception:
                log.exception("housekeeping_failed")

    @staticmethod
    def _forget() -> None:
        _sweep(sweeps.forget_idempotency_keys)
        _sweep(delivery_sweeps.forget_old)

    def _remove_files(self) -> None:
        for _ in range(_SWEEPS_AT_ONCE):
            with session_scope() as session:
                removed, keys = retention.remove_files(session)
            if not removed:
                return
            log.info("files_removed", files=removed, objects=len(keys))
            # Those that the store does not delete now are orphans, which it is asked to delete again.
            self._store.delete_many(keys)

    def _remove_uploads(self) -> None:
        for _ in range(_SWEEPS_AT_ONCE):
            removed = uploads.sweep(self._store)
            if not removed:
                return
            log.info("uploads_removed", uploads=removed)

    @staticmethod
    def _delete_jobs() -> None:
        deleted = _sweep(retention.delete_jobs)
        if deleted:
            log.info("jobs_deleted", jobs=deleted)

    def _collect_orphans(self) -> None:
        deleted = self._orphans.look(_PAGES_AT_ONCE)
        if deleted:
            log.info("orphans_deleted", objects=deleted)


def _sweep(forget: Callable[[Session], int]) -> int:
    """Forget in small transactions until nothing is left, or for now; returns how many."""
    total = 0
    for _ in range(_SWEEPS_AT_ONCE):
        with session_scope() as session:
            forgotten = forget(session)
        if not forgotten:
            break
        total += forgotten
    return total
