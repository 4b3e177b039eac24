"""Sit out short outages of the database and the object store: what the device made is not made twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import DatabaseUnavailable, StoredObjectMismatch, StoreUnavailable
from shared.logging import get_logger
from worker.lease import Hold

log = get_logger(__name__)

OUTAGE_SECONDS = 120
_PAUSES = (0.2, 0.5, 1, 2, 5)

Result = TypeVar("Result")


def patiently(hold: Hold, action: Callable[[], Result], until: float | None = None) -> Result:
    """Do something that a short outage may stop, again and again; the hold stays alive meanwhile.

    Raises the last ``StoreUnavailable``, ``StoredObjectMismatch`` or ``DatabaseUnavailable`` when it still fails
    after two minutes, or at ``until`` on the monotonic clock.
    """
    until = time.monotonic() + OUTAGE_SECONDS if until is None else until
    attempt = 0
    while True:
        hold.advance()
        try:
            return action()
        except (StoreUnavailable, StoredObjectMismatch, DatabaseUnavailable) as error:
            if time.monotonic() > until:
                raise
            log.warning("waiting_for_outage", error=error.code)
        time.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        attempt += 1
