"""A job's place in the queue in words, from the document that the API writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MINUTE, _HOUR = 60, 3600


def queue_words(place: Mapping[str, Any]) -> str:
    """``next in the queue``, ``3rd in the queue, about 20 s``, ``paused: maintenance``, ``waits for 2 jobs``."""
    match place["reason"]:
        case "paused":
            reasons = [each["reason"] for each in place["paused"] if each["reason"]]
            return "paused" + (f": {'; '.join(reasons)}" if reasons else "")
        case "scheduled":
            return f"begins after {place['not_before']}"
        case "waiting_for":
            count = len(place["waiting_for"])
            return f"waits for {count} other job{'' if count == 1 else 's'}"
    position = int(place["position"])
    words = "next in the queue" if position == 1 else f"{ordinal(position)} in the queue"
    if place["at_least"]:
        words = f"{ordinal(position)} in the queue or later"
    if place["reason"] == "no_worker":
        return f"{words}, and no worker runs"
    eta = place["eta_seconds"]
    return words if eta is None else f"{words}, {about(eta)}"


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``113th``, ``1,000th``."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{suffix}"


def about(seconds: float) -> str:
    """``a moment``, ``about 20 s``, ``about 5 min``, ``about 3 h``."""
    if seconds < 1:
        return "a moment"
    for unit, length in (("h", _HOUR), ("min", _MINUTE)):
        if seconds >= 2 * length:
            return f"about {round(seconds / length)} {unit}"
    return f"about {round(seconds)} s"
