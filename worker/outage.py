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


class Patience:
    """How much longer an outage is sat out: two minutes from the first try, or from the last success since.

    Those who share it, the uploads of a batch, succeed and give up together.
    """

    def __init__(self) -> None:
        self._until: float | None = None

    def begin(self) -> None:
        """Something is tried."""
        if self._until is None:
            self.renew()

    def renew(self) -> None:
        """Something succeeded: there is no outage."""
        self._until = time.monotonic() + OUTAGE_SECONDS

    def seconds_left(self) -> float:
        """Below zero once it is over."""
        return OUTAGE_SECONDS if self._until is None else self._until - time.monotonic()


def patiently(hold: Hold, action: Callable[[], Result], patience: Patience | None = None) -> Result:
    """Do something that a short outage may stop, again and again; the hold stays alive meanwhile.

    Raises the last ``StoreUnavailable``, ``StoredObjectMismatch`` or ``DatabaseUnavailable`` when patience is over.
    """
    patience = patience or Patience()
    patience.begin()
    attempt = 0
    while True:
        hold.advance()
        try:
            result = action()
        except (StoreUnavailable, StoredObjectMismatch, DatabaseUnavailable) as error:
            if patience.seconds_left() < 0:
                raise
            log.warning("waiting_for_outage", error=error.code)
        else:
            patience.renew()
            return result
        time.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        attempt += 1
