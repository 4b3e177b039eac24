"""The states of a job and the moves between them. ``docs/job-states.md`` draws this table."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class JobState(StrEnum):
    """Where a job is in its life."""

    WAITING = "waiting"
    """For the jobs it depends on, or for an equal one whose outputs it will share."""
    QUEUED = "queued"
    """For a worker, or for ``run_after``."""
    RUNNING = "running"
    """A worker holds its lease."""
    SUCCEEDED = "succeeded"
    """Its outputs are stored and charged."""
    FAILED = "failed"
    """Its attempts are spent, or its error cannot pass."""
    CANCELED = "canceled"
    """Somebody called it off."""


class Priority(IntEnum):
    """Classes of urgency: a lower class runs only when no higher one waits."""

    INTERACTIVE = 0
    NORMAL = 10
    BULK = 20


class DependencyFailure(StrEnum):
    """What becomes of a job when one that it depends on does not succeed."""

    FAIL = "fail"
    SKIP = "skip"
    """It is canceled, with the reason."""


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.QUEUED, JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED}),
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.FAILED, JobState.CANCELED}),
    JobState.RUNNING: frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED, JobState.QUEUED}),
    JobState.SUCCEEDED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELED: frozenset(),
}

TERMINAL = frozenset(state for state, after in TRANSITIONS.items() if not after)
