"""Sit out outages of the database and the object store: what the device made is not made twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import DatabaseUnavailable, StoredObjectMismatch, StoreUnavailable
from shared.logging import get_logger
from worker.lease import Hold

log = get_logger(__name__)

OUTAGE_SECONDS = 120
_PAUSES = (0.2, 0.5, 1, 2)

Result = TypeVar("Result")


class Patience:
    """How much longer failures are sat out: so many seconds from the first one since something succeeded.

    Those who share it, the uploads of a batch, succeed and give up together.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._failing_since: float | None = None
        self._tried_at = time.monotonic()

    def fail(self) -> None:
        """Something that was tried has failed."""
        self._tried_at = time.monotonic()
        if self._failing_since is None:
            self._failing_since = self._tried_at

    def renew(self) -> None:
        """Something succeeded, or failed in a way that is waited for without limit."""
        self._tried_at = time.monotonic()
        self._failing_since = None

    def is_over(self) -> bool:
        """Whether to give up."""
        return self._failing_since is not None and time.monotonic() - self._failing_since > self._seconds

    def quiet_seconds(self) -> float:
        """How long ago anything that was tried came to an end."""
        return time.monotonic() - self._tried_at


def patiently(hold: Hold, action: Callable[[], Result], patience: Patience | None = None) -> Result:
    """Do something that an outage may stop, again and again; the hold stays alive meanwhile.

    A database that answers nobody in this process is waited for without limit: there is nothing else to do
    without it, and leaving would lose what was made. Raises the last ``StoreUnavailable``, ``StoredObjectMismatch``
    or ``DatabaseUnavailable`` when patience is over, or the drain is.
    """
    patience = patience or Patience(OUTAGE_SECONDS)
    attempt = 0
    while True:
        hold.advance()
        try:
            result = action()
        except (StoreUnavailable, StoredObjectMismatch, DatabaseUnavailable) as error:
            if isinstance(error, DatabaseUnavailable) and hold.is_cut_off():
                patience.renew()
            else:
                patience.fail()
            if patience.is_over() or hold.is_overdue():
                raise
            log.warning("waiting_for_outage", error=error.code)
        else:
            patience.renew()
            return result
        time.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        attempt += 1
