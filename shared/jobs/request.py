"""What a caller asks for when submitting a job."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue

from shared.clock import utc_now
from shared.crypto import canonical_json
from shared.jobs.states import DependencyFailure, Priority

MAX_LABEL_BYTES = 4096
MAX_BULK_JOBS = 1000
FURTHEST_SCHEDULE = timedelta(days=366)
LONGEST_EXPIRY_SECONDS = 30 * 24 * 3600

PriorityName = Literal["interactive", "normal", "bulk"]


def _an_instant(value: object) -> object:
    if isinstance(value, str | datetime | None):
        return value
    raise ValueError("is an instant as RFC 3339 writes it, such as 2026-12-24T18:00:00Z")


def _near_enough(moment: datetime | None) -> datetime | None:
    if moment is not None and moment - utc_now() > FURTHEST_SCHEDULE:
        raise ValueError("lies more than a year ahead")
    return moment


def _small_enough(labels: dict[str, JsonValue]) -> dict[str, JsonValue]:
    size = len(canonical_json(labels))
    if size > MAX_LABEL_BYTES:
        raise ValueError(f"take {size} bytes as JSON; {MAX_LABEL_BYTES} at most are kept with a job")
    return labels


class JobRequest(BaseModel):
    """A job to run: which model, on what input, and whom to tell."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=200,
        description="A model's name.",
        examples=["starter/backdrops"],
    )
    input: dict[str, Any] = Field(
        description="The model's input; `GET /api/v1/models` has its schema.",
        examples=[{"prompt": "a calm teal ocean at dawn", "seed": 7}],
    )
    priority: PriorityName = Field(
        default="normal",
        description="A lower class runs only when no higher one waits.",
    )
    run_after: Annotated[AwareDatetime | None, BeforeValidator(_an_instant), AfterValidator(_near_enough)] = Field(
        default=None,
        description="Not before this instant, a year ahead at most; one that is over means now.",
        examples=["2026-12-24T18:00:00Z"],
    )
    expires_after: float | None = Field(
        default=None,
        ge=1,
        le=LONGEST_EXPIRY_SECONDS,
        description="Seconds: the job fails with the code `expired` unless it has begun by then. 30 days at most.",
        examples=[600],
    )
    reuse: bool = Field(
        default=True,
        description="Take over the outputs of an equal job (same weights, input and seed) that has succeeded, or"
        " wait for one that runs, rather than generate them again.",
    )
    labels: Annotated[dict[str, JsonValue], AfterValidator(_small_enough)] = Field(
        default_factory=dict,
        description="Your own words about the job, given back as they came.",
    )
    depends_on: list[UUID] = Field(
        default_factory=list,
        max_length=100,
        description="Jobs that must succeed before this one runs.",
    )
    on_dependency_failure: Literal["fail", "skip"] = Field(
        default="fail",
        description="What becomes of it when one of `depends_on` does not succeed: it fails, or it is canceled.",
    )
    webhook_url: str | None = Field(
        default=None,
        max_length=2000,
        description="Told of this job's events, signed with the workspace's secret.",
    )
    webhook_events: list[Literal["job.started", "job.succeeded", "job.failed", "job.canceled"]] | None = Field(
        default=None,
        description="Which events go to `webhook_url`; left out, the three that end a job.",
    )

    def priority_class(self) -> Priority:
        """The class as the database orders it."""
        return Priority[self.priority.upper()]

    def failure_policy(self) -> DependencyFailure:
        """What becomes of the job when one that it depends on does not succeed."""
        return DependencyFailure(self.on_dependency_failure)


class BulkRequest(BaseModel):
    """Many jobs at once: all are accepted, or none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jobs: list[JobRequest] = Field(
        min_length=1,
        max_length=MAX_BULK_JOBS,
        description="What to run, in the order in which the reply names the jobs.",
    )
