"""Reviews, creatives made anew and previews as the API reads and writes them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from web.api.campaign_examples import PREVIEW
from web.api.schemas.batches import ReviewName
from web.api.schemas.fields import Document
from web.api.schemas.jobs import JobSummary, StateName

MAX_ITEMS = 1000
Cell = Annotated[str, StringConstraints(max_length=10_000)]


class CreativeFilter(BaseModel):
    """Which creatives; what is left out is any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template: str | None = Field(default=None, max_length=100)
    size: str | None = Field(default=None, max_length=40)
    locale: str | None = Field(default=None, max_length=35)
    state: StateName | None = None
    review: ReviewName | None = None
    row: int | None = Field(default=None, ge=1)
    custom_id: str | None = Field(default=None, max_length=10_000)


class ReviewRequest(BaseModel):
    """What a person thinks of some creatives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: ReviewName = Field(description="`pending` takes a verdict back.")
    reason: str | None = Field(default=None, description="What is wrong; for `rejected`. 2,000 characters at most.")
    items: list[UUID] | None = Field(default=None, min_length=1, max_length=MAX_ITEMS, description="By their ids.")
    filter: CreativeFilter | None = Field(default=None, description="Or all of which this is true.")

    @model_validator(mode="after")
    def _one_choice(self) -> ReviewRequest:
        if (self.items is None) == (self.filter is None):
            raise ValueError("has `items` or `filter`, one of the two")
        return self


class Reviewed(Document):
    """How many creatives have the verdict now."""

    reviewed: int


class Regeneration(BaseModel):
    """Which creatives to make anew, and with what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: list[UUID] = Field(min_length=1, max_length=MAX_ITEMS, description="By their ids.")
    seed: int | None = Field(default=None, ge=1, description="Another one gives other pictures and texts.")
    cells: dict[Annotated[str, StringConstraints(max_length=200)], Cell] = Field(
        default_factory=dict, max_length=100, description="Other cells by their columns, for these creatives only."
    )


class PreviewCreative(Document):
    """One creative of a preview, and the job that draws it."""

    template: str
    size: str
    locale: str
    row: int = Field(description="Of the sample rows, from 1.")
    job: JobSummary


class Preview(Document):
    """The creatives of a preview."""

    model_config = ConfigDict(json_schema_extra={"examples": [PREVIEW]})

    items: list[PreviewCreative]
