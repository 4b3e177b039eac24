"""Jobs as the API writes them. ``shared.jobs.document`` makes them; a test keeps the two in step."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, JsonValue

from web.api.examples import JOB, JOB_SUMMARY
from web.api.schemas.artifacts import ArtifactSummary
from web.api.schemas.fields import Document, Identifier, PageQuery, Timestamp

StateName = Literal["waiting", "queued", "running", "succeeded", "failed", "canceled"]
STATE_DESCRIPTION = (
    "`waiting` for jobs it depends on, `queued` for a worker, `running`, or one of the three ends: "
    "`succeeded`, `failed`, `canceled`."
)


class JobError(Document):
    """Why a job failed."""

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


class JobSummary(Document):
    """A job without its input: ids and links."""

    model_config = ConfigDict(json_schema_extra={"examples": [JOB_SUMMARY]})

    id: Identifier
    model: str = Field(examples=["starter/backdrops"])
    state: StateName = Field(description=STATE_DESCRIPTION)
    priority: Literal["interactive", "normal", "bulk"]
    labels: dict[str, JsonValue] = Field(description="Yours, as they came.")
    attempts: int = Field(description="How often a worker has begun it.")
    error: JobError | None = Field(description="Set when the job has failed.")
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


class JobPage(Document):
    """A page of jobs, newest first."""

    items: list[JobSummary]
    next_cursor: Identifier | None = Field(description="For the next page; nothing when this is the last.")


class JobQuery(PageQuery):
    """Which jobs to list."""

    state: StateName | None = Field(default=None, description="Only jobs in this state.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class TimelineEntry(Document):
    """One thing that happened to a job."""

    type: str = Field(examples=["job.started"])
    created_at: Timestamp
    data: dict[str, Any] = Field(description="The job as it was then.")


class Timeline(Document):
    """Everything that happened to a job, in order."""

    items: list[TimelineEntry]
