"""Jobs as the API writes them. ``shared.jobs.document`` makes them; a test keeps the two in step."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared.jobs.request import PriorityName
from web.api.examples import JOB, JOB_SUMMARY, RECEIPTS
from web.api.schemas.artifacts import ArtifactSummary
from web.api.schemas.fields import Document, Identifier, PageQuery, Timestamp

StateName = Literal["waiting", "queued", "running", "succeeded", "failed", "canceled"]
STATE_DESCRIPTION = (
    "`waiting` for jobs it depends on or for an equal one, `queued` for a worker, `running`, or one of the three ends: "
    "`succeeded`, `failed`, `canceled`."
)


class JobError(Document):
    """Why a job failed, or was skipped."""

    code: str = Field(description="Stable; for programs.", examples=["generation_failed"])
    message: str = Field(description="For people.")


class JobUrls(Document):
    """Where to go from a job."""

    self: str
    events: str
    cancel: str
    web: str = Field(description="The job's page, for people.")


class Progress(Document):
    """How far a running job is."""

    step: int
    total: int
    rate: float | None = Field(default=None, description="Steps a second.")
    eta_seconds: float | None = Field(default=None, description="About how long it still takes.")


class StandingStill(Document):
    """What is paused."""

    kind: Literal["queue", "model", "workspace"]
    reason: str = Field(description="For people; may be empty.")


class QueuePlace(Document):
    """Where a job stands that has not begun."""

    position: int | None = Field(description="1 is the next one. About: what comes later, and caps, move it.")
    at_least: bool = Field(description="There was more to count: the position is this or higher.")
    eta_seconds: float | None = Field(description="About how long until it begins, at the pace of late.")
    reason: Literal["paused", "scheduled", "waiting_for", "no_worker"] | None = Field(
        description="What holds it up; nothing when it is simply its turn later."
    )
    paused: list[StandingStill]
    waiting_for: list[Identifier] = Field(description="Jobs that must succeed first.")
    not_before: Timestamp | None = Field(description="Set when it is scheduled, or rests between two attempts.")


class JobSummary(Document):
    """A job without its input: ids and links."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_SUMMARY]})

    id: Identifier
    model: str = Field(examples=["starter/backdrops"])
    state: StateName = Field(description=STATE_DESCRIPTION)
    priority: PriorityName
    labels: dict[str, JsonValue] = Field(description="Yours, as they came.")
    run_after: Timestamp = Field(description="Not before: what was asked for, or the pause after a failed attempt.")
    expires_at: Timestamp | None = Field(description="It fails unless it has begun by then.")
    on_dependency_failure: Literal["fail", "skip"]
    reused_from: Identifier | None = Field(
        description="The equal job whose outputs it has taken over, or waits for; nothing when it runs itself."
    )
    attempts: int = Field(description="How often a worker has begun it.")
    error: JobError | None = Field(description="Set when the job has failed, or was skipped for a dependency.")
    cancel_requested_at: Timestamp | None
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    artifacts: list[ArtifactSummary] = Field(description="What it made, once it has succeeded.")
    urls: JobUrls


class Job(JobSummary):
    """A job, whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB]})

    input: dict[str, Any] = Field(description="As it runs: defaults filled in, the seed drawn.")
    progress: Progress | None = Field(default=None, description="Set while it runs and reports steps.")
    queue: QueuePlace | None = Field(default=None, description="Set when one job is looked at that has not begun.")


class JobPage(Document):
    """A page of jobs, newest first."""

    items: list[JobSummary]
    next_cursor: Identifier | None = Field(description="For the next page; nothing when this is the last.")


class JobQuery(PageQuery):
    """Which jobs to list."""

    state: StateName | None = Field(default=None, description="Only jobs in this state.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class Receipt(Document):
    """A job that was accepted among others."""

    id: Identifier
    state: StateName = Field(description="`succeeded` where an equal job had the outputs already.")
    reused_from: Identifier | None


class Receipts(Document):
    """The jobs that were accepted, in the order of the request."""

    model_config = ConfigDict(json_schema_extra={"examples": [RECEIPTS]})

    items: list[Receipt]


class PriorityChange(BaseModel):
    """Which class a job is to be in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    priority: PriorityName = Field(description="A lower class runs only when no higher one waits.")


class TimelineEntry(Document):
    """One thing that happened to a job."""

    type: str = Field(examples=["job.started"])
    created_at: Timestamp
    data: dict[str, Any] = Field(
        description="The job as it was then, and the `worker` that began it; of a `webhook.attempt` whom and how."
    )


class Timeline(Document):
    """Everything that happened to a job, in order."""

    items: list[TimelineEntry]
