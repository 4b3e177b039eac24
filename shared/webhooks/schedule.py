"""When a delivery is tried again, and when a receiver is left alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

DELAYS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Before each attempt, counted from the one before: 75 hours in all. The specification's own example."""

MAX_ATTEMPTS = len(DELAYS)
MAX_RETRY_AFTER = timedelta(hours=24)
JITTER = 0.1
"""At most this share is added to a wait, so that not everything meets a receiver that comes back at once."""

FAILURES_TO_OPEN = 5
"""Consecutive failures after which a receiver's circuit breaker opens."""
BREAKER_FIRST = timedelta(minutes=1)
BREAKER_LONGEST = timedelta(hours=1)
"""How long it stays open at first and, doubling at each failed probe, at most."""


class Outcome(StrEnum):
    """What an attempt means for its delivery."""

    SUCCEEDED = "succeeded"
    RETRY = "retry"
    SPENT = "spent"
    """It failed, and it was the last of the schedule."""
    GONE = "gone"
    """The receiver wants no more."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to a delivery after an attempt. ``wait`` until the next one is set for a retry only."""

    outcome: Outcome
    wait: timedelta | None = None


def judge(
    status: int | None, headers: Mapping[str, str], attempts: int, now: datetime, chance: float | None = None
) -> Verdict:
    """What follows from an answer's HTTP status (``None``: no answer came) after ``attempts`` attempts.

    Only 2xx is success; a redirect is a failure like any other, and 410 ends everything. ``headers`` have
    lower-case names. ``chance`` in [0, 1) sets the jitter; left out, it is drawn.
    """
    if status is not None and 200 <= status < 300:
        return Verdict(Outcome.SUCCEEDED)
    if status == HTTPStatus.GONE:
        return Verdict(Outcome.GONE)
    if attempts >= MAX_ATTEMPTS:
        return Verdict(Outcome.SPENT)
    wait = max(DELAYS[attempts], _retry_after(headers.get("retry-after", ""), now))
    return Verdict(Outcome.RETRY, wait * (1 + JITTER * (random.random() if chance is None else chance)))


def _retry_after(value: str, now: datetime) -> timedelta:
    """The wait a ``Retry-After`` header (RFC 9110, 10.2.3) asks for: seconds, or until an HTTP date."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        # Longer than any cap already; int() refuses thousands of digits.
        return MAX_RETRY_AFTER if len(value) > 9 else min(timedelta(seconds=int(value)), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return timedelta(0)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), MAX_RETRY_AFTER)
