"""What a caller asks for when submitting a job."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from shared.crypto import canonical_json
from shared.jobs.states import Priority

MAX_LABEL_BYTES = 4096


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
    priority: Literal["interactive", "normal", "bulk"] = Field(
        default="normal",
        description="A lower class runs only when no higher one waits.",
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
