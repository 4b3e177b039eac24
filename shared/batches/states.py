"""The states of a batch and of what belongs to it, and the moves between them. ``docs/batch-states.md`` draws them."""

from __future__ import annotations

from enum import StrEnum


class BatchKind(StrEnum):
    """What a batch makes of its rows."""

    JOBS = "jobs"
    """One job a row."""
    CAMPAIGN = "campaign"
    """Creatives: each row in every template, size and locale."""


class BatchState(StrEnum):
    """Where a batch is in its life."""

    PLANNING = "planning"
    """Its table is read, and what it comes to is counted."""
    PLANNED = "planned"
    """It waits to be launched. Nothing has been spent."""
    LAUNCHING = "launching"
    """Its jobs are being accepted, some rows at a time."""
    RUNNING = "running"
    """All of its jobs are accepted."""
    PAUSED = "paused"
    """Nothing more of it begins until it is resumed."""
    COMPLETED = "completed"
    """Everything has ended, well or not. What failed can be tried again."""
    CANCELED = "canceled"
    """Somebody called it off."""
    FAILED = "failed"
    """It could not be planned or launched; the error says why."""


BATCH_TRANSITIONS: dict[BatchState, frozenset[BatchState]] = {
    BatchState.PLANNING: frozenset({BatchState.PLANNED, BatchState.LAUNCHING, BatchState.CANCELED, BatchState.FAILED}),
    BatchState.PLANNED: frozenset({BatchState.LAUNCHING, BatchState.CANCELED}),
    BatchState.LAUNCHING: frozenset({BatchState.RUNNING, BatchState.PAUSED, BatchState.CANCELED, BatchState.FAILED}),
    BatchState.RUNNING: frozenset({BatchState.COMPLETED, BatchState.PAUSED, BatchState.CANCELED}),
    BatchState.PAUSED: frozenset({BatchState.LAUNCHING, BatchState.RUNNING, BatchState.CANCELED}),
    BatchState.COMPLETED: frozenset({BatchState.RUNNING}),
    BatchState.CANCELED: frozenset(),
    BatchState.FAILED: frozenset(),
}

ENDED = frozenset({BatchState.COMPLETED, BatchState.CANCELED, BatchState.FAILED})


class SourceKind(StrEnum):
    """What items of a batch share: it is generated once for all of them."""

    IMAGE = "image"
    COPY = "copy"


class SourceState(StrEnum):
    """Whether what is shared can be used."""

    PENDING = "pending"
    """Its job runs, or what it wrote has not been looked at."""
    ACCEPTED = "accepted"
    FLAGGED = "flagged"
    """It failed, or broke its rules each time; ``reason`` says how."""


class ReviewState(StrEnum):
    """What a person thinks of an item's result."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class ExportState(StrEnum):
    """Where a copy to somebody's own bucket is."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


EXPORT_TRANSITIONS: dict[ExportState, frozenset[ExportState]] = {
    ExportState.QUEUED: frozenset({ExportState.RUNNING, ExportState.FAILED}),
    ExportState.RUNNING: frozenset({ExportState.SUCCEEDED, ExportState.FAILED}),
    ExportState.SUCCEEDED: frozenset(),
    ExportState.FAILED: frozenset(),
}
