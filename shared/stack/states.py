"""The states of a supervised process, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class ProcessState(StrEnum):
    """Where a supervised process is."""

    NEW = "new"
    """Never started."""
    STARTING = "starting"
    """Its program runs, its readiness condition does not hold yet."""
    READY = "ready"
    """Its readiness condition has held since it was last started."""
    BACKING_OFF = "backing_off"
    """It died; it is started again when its backoff has passed."""
    FAILED = "failed"
    """It died too often without ever having been ready."""
    STOPPED = "stopped"
    """It was told to stop, and has."""


NEXT: dict[ProcessState, frozenset[ProcessState]] = {
    ProcessState.NEW: frozenset({ProcessState.STARTING, ProcessState.STOPPED}),
    ProcessState.STARTING: frozenset(
        {
            ProcessState.READY,
            ProcessState.BACKING_OFF,
            ProcessState.FAILED,
            ProcessState.STOPPED,
        }
    ),
    ProcessState.READY: frozenset({ProcessState.BACKING_OFF, ProcessState.STOPPED}),
    ProcessState.BACKING_OFF: frozenset({ProcessState.STARTING, ProcessState.STOPPED}),
    ProcessState.FAILED: frozenset(),
    ProcessState.STOPPED: frozenset(),
}


def may_follow(current: ProcessState, following: ProcessState) -> bool:
    """Whether ``following`` is one of the states that ``current`` leads to."""
    return following in NEXT[current]
