"""Batches as the API writes them. ``shared.batches.document`` makes them; a test keeps the two in step."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared.jobs.request import PriorityName
from web.api.batch_examples import BATCH, CREATIVE, EXPORT, JOB_ITEM, PLAN
from web.api.schemas.artifacts import ArtifactSummary
from web.api.schemas.fields import Document, Identifier, PageQuery, Timestamp
from web.api.schemas.jobs import JobError, StateName

BatchStateName = Literal["planning", "planned", "launching", "running", "paused", "completed", "canceled", "failed"]
BATCH_STATE_DESCRIPTION = (
    "`planning` while its table is read, `planned` until it is launched, `launching` while its jobs are accepted,"
    " `running`, `paused`, or one of the three ends: `completed`, `canceled`, `failed`."
)
KindName = Literal["jobs", "campaign"]
ReviewName = Literal["pending", "approved", "rejected"]


class Counts(Document):
    """Items by state."""

    waiting: int
    queued: int
    running: int
    succeeded: int
    failed: int
    canceled: int


class Generations(Document):
    """Things to generate, each of them once however many items use it."""

    distinct: int
    reused: int = Field(description="There already.")
    needed: int = Field(description="What a model still has to make.")


class PlannedGenerations(Document):
    """What models have to make, by kind."""

    images: Generations
    copy_: Generations = Field(alias="copy")


class Estimate(Document):
    """What it is likely to take."""

    device_seconds: float | None = Field(description="Of one device; nothing where nothing is known of the model.")
    cpu_seconds: float | None
    bytes: int | None = Field(description="Of storage.")
    basis: str = Field(description="What it was estimated from.", examples=["measured on 37 jobs"])


class Plan(Document):
    """What a batch comes to. Nothing is spent before it is launched."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [PLAN]})

    rows: int
    bad_rows: int = Field(description="Left out, because a cell of each is wrong; `problems` names them.")
    items: int = Field(description="What is made of the others.")
    by: dict[str, int] = Field(description="What a row is multiplied by: templates, sizes, locales.")
    generations: dict[str, Any] = Field(
        description="`images` and `copy`, each with `distinct` (generated once, however many items share it),"
        " `reused` (there already) and `needed`."
    )
    estimate: Estimate
    buckets: list[Any] = Field(description="The shapes in which pictures are generated.")
    hash: str = Field(description="Of everything that is made: equal plans have equal hashes.")


class BatchUrls(Document):
    """Where everything of a batch is."""

    self: str
    problems: str
    items: str
    manifest_csv: str
    manifest_jsonl: str
    zip: str
    exports: str
    web: str = Field(description="Its page, for people.")


class Batch(Document):
    """Rows of one table, made into jobs or creatives."""

    model_config = ConfigDict(json_schema_extra={"examples": [BATCH]})

    id: Identifier
    kind: KindName = Field(description="`jobs`: one job a row. `campaign`: creatives.")
    name: str
    state: BatchStateName = Field(description=BATCH_STATE_DESCRIPTION)
    priority: PriorityName
    rows: int = Field(description="Rows read so far; all of them once it is planned.")
    bad_rows: int = Field(description="Rows that are left out, because a cell of each is wrong.")
    launched_rows: int = Field(description="Rows whose jobs have been accepted.")
    items: int = Field(description="What is made of the good rows: jobs, or creatives.")
    counts: Counts
    counted_at: Timestamp | None = Field(description="When `counts` was true.")
    progress: float = Field(description="From 0 to 1: how much of it has ended, well or not.")
    plan: dict[str, Any] | None = Field(description="What it comes to, once that is known.", examples=[PLAN])
    error: JobError | None = Field(description="Why it could not be planned or launched.")
    created_at: Timestamp
    planned_at: Timestamp | None
    launched_at: Timestamp | None
    finished_at: Timestamp | None
    urls: BatchUrls


class BatchPage(Document):
    """A page of batches, newest first."""

    items: list[Batch]
    next_cursor: Identifier | None = Field(description="For the next page; nothing when this is the last.")


class BatchQuery(PageQuery):
    """Which batches to list."""

    kind: KindName | None = Field(default=None, description="Only those of this kind.")
    state: BatchStateName | None = Field(default=None, description="Only those in this state.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class CampaignQuery(PageQuery):
    """Which campaigns to list."""

    state: BatchStateName | None = Field(default=None, description="Only those in this state.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class Problem(Document):
    """What is wrong with one cell. Its row is left out, and no other."""

    row: int = Field(description="From 1, as people count; the heading is none. 0: the table itself.")
    column: str | None = Field(description="Its heading; nothing where it is the whole row.", examples=["headline"])
    code: str = Field(description="Stable; for programs.", examples=["too_long"])
    message: str = Field(description="For people.")


class ProblemPage(Document):
    """Some of what is wrong, by row."""

    items: list[Problem]
    next_cursor: str | None = Field(description="For the next page; nothing when this is the last.", examples=["12-0"])


class ProblemQuery(PageQuery):
    """Which problems."""

    limit: int = Field(default=100, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(
        default=None, max_length=40, pattern=r"^\d{1,9}-\d{1,9}$", description="`next_cursor` of the page before."
    )


class Item(Document):
    """One thing that a batch makes: a row's job, or a creative."""

    model_config = ConfigDict(json_schema_extra={"examples": [CREATIVE, JOB_ITEM]})

    id: Identifier
    row: int
    custom_id: str = Field(description="The row's cell `custom_id`, else `id`, else its number.")
    template: str | None
    size: str | None
    locale: str | None
    state: StateName = Field(description="Of its job. `waiting`, too, for a text that it needs; `failed` without one.")
    job: Identifier | None = Field(description="What makes it.")
    attempt: int = Field(description="Counts what was tried again or made anew.")
    changes: dict[str, Any] = Field(description="What was changed for it alone: `cells` and `seed`.")
    error: JobError | None
    review: ReviewName
    review_reason: str | None
    reviewed_at: Timestamp | None
    artifact: ArtifactSummary | None = Field(description="The first file that came out.")


class ItemPage(Document):
    """Some of what a batch makes, in the order of its rows."""

    items: list[Item]
    next_cursor: Identifier | None = Field(description="For the next page; nothing when this is the last.")


class ItemQuery(PageQuery):
    """Which items."""

    state: StateName | None = Field(default=None, description="Only those in this state.")
    row: int | None = Field(default=None, ge=1, description="Only those of this row.")
    custom_id: str | None = Field(default=None, max_length=10_000, description="Only those of this row.")
    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")


class CreativeQuery(ItemQuery):
    """Which creatives."""

    template: str | None = Field(default=None, max_length=100, description="Only those in this template.")
    size: str | None = Field(default=None, max_length=40, description="Only those of this size, as it was asked for.")
    locale: str | None = Field(default=None, max_length=35, description="Only those in this locale.")
    review: ReviewName | None = Field(default=None, description="Only those with this verdict.")


class ResultsQuery(Document):
    """Which results."""

    model_config = ConfigDict(extra="forbid")

    only: Literal["approved"] | None = Field(default=None, description="`approved`: what a reviewer let pass.")


class ExportError(Document):
    """Why a copy failed."""

    message: str = Field(description="For people.")


class ExportUrls(Document):
    """Where a copy is."""

    self: str


class Export(Document):
    """A copy of a batch's results to somebody's own bucket."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXPORT]})

    id: Identifier
    batch: Identifier
    state: Literal["queued", "running", "succeeded", "failed"]
    target: dict[str, Any] = Field(description="As it was asked for, without the credentials.")
    copied: int = Field(description="Files that are there.")
    error: ExportError | None = Field(description="Why it failed, or is being tried again.")
    created_at: Timestamp
    finished_at: Timestamp | None
    urls: ExportUrls


class ExportList(Document):
    """A batch's latest copies, 100 at most, newest first."""

    items: list[Export]
