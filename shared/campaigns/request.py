"""What a caller asks for when making a campaign."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from shared.batches.request import (
    MAX_LISTED_ROWS,
    BatchName,
    Cell,
    TableReference,
    WildcardName,
    WildcardText,
)
from shared.campaigns.design.layers import FieldName
from shared.catalog.inputs.base import MAX_PROMPT_CHARACTERS, MAX_SEED, Prompt
from shared.catalog.inputs.composite import OutputFile
from shared.jobs.request import PriorityName

MAX_TEMPLATES = 20
MAX_SIZES = 40
MAX_LOCALES = 60
MAX_PREVIEW_ROWS = 4

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Wildcards = dict[WildcardName, Annotated[list[WildcardText], Field(min_length=1, max_length=10_000)]]
PromptTemplateText = Annotated[Prompt, StringConstraints(min_length=1, max_length=MAX_PROMPT_CHARACTERS)]


class Wish(BaseModel):
    """A part of a request. Frozen and strict about names."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class ImageWish(Wish):
    """A picture that a model draws, once for all creatives that can share it."""

    model: str | None = Field(default=None, max_length=200, description="Left out, the model of the brand kit's style.")
    prompt: PromptTemplateText = Field(
        description="`{column}` is a row's cell; `{red|green}` and `__name__` take one of several.",
        examples=["{scene}, soft morning light"],
    )
    negative_prompt: Annotated[Prompt, StringConstraints(max_length=MAX_PROMPT_CHARACTERS)] = ""
    input: dict[str, JsonValue] = Field(
        default_factory=dict, description="Other fields of the model's input, the same for every row."
    )


class CopyWish(Wish):
    """A text that a model writes, once for all creatives that can share it."""

    model: str = Field(max_length=200, examples=["starter/adcopy"])
    prompt: PromptTemplateText = Field(
        description="As for pictures; besides, `{language}`, `{locale}`, `{brand.name}` and `{brand.tone}`.",
        examples=["Write a playful slogan for {name}"],
    )
    max_characters: int | None = Field(default=None, ge=1, le=2000)
    attempts: int = Field(default=3, ge=1, le=10, description="How often it is asked for before it is given up.")
    languages: list[str] | None = Field(
        default=None, max_length=MAX_LOCALES, description="The languages that the model writes. Left out, all."
    )
    input: dict[str, JsonValue] = Field(default_factory=dict)


class Appearance(Wish):
    """What decides how creatives look: shared by campaigns and previews."""

    templates: list[Name] = Field(min_length=1, max_length=MAX_TEMPLATES, examples=[["starter/hero"]])
    sizes: list[Name] = Field(min_length=1, max_length=MAX_SIZES, examples=[["1080x1080", "story"]])
    locales: list[Name] = Field(default=["en"], min_length=1, max_length=MAX_LOCALES, examples=[["en", "ar"]])
    brand_kit: Name | None = Field(default=None, description="The name of one of the workspace's brand kits.")
    columns: dict[FieldName, Name] = Field(
        default_factory=dict,
        description="From a template's field to the column that fills it, where that is called otherwise.",
        examples=[{"headline": "Title"}],
    )


class CampaignRequest(Appearance):
    """Creatives to make of a table: each row in every template, size and locale."""

    name: BatchName = Field(description="What people call it.", examples=["Autumn sale"])
    table: TableReference | None = Field(default=None, description="The rows. Left out, they are in `rows`.")
    rows: list[dict[str, Cell]] | None = Field(default=None, min_length=1, max_length=MAX_LISTED_ROWS)
    images: dict[FieldName, ImageWish] = Field(
        default_factory=dict, max_length=20, description="By field: what is drawn where the row has no picture for it."
    )
    copy_: dict[FieldName, CopyWish] = Field(
        default_factory=dict,
        alias="copy",
        max_length=20,
        description="By field: what is written where the row has no text for it.",
    )
    channel_limits: dict[FieldName, Name] = Field(
        default_factory=dict,
        description="By field: the channel whose limit of characters holds for it.",
        examples=[{"headline": "google-ads-headline"}],
    )
    wildcards: Wildcards = Field(default_factory=dict, max_length=100)
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="Decides everything that is drawn or chosen.")
    output: OutputFile = OutputFile(format="jpeg", quality=88)
    priority: PriorityName = "bulk"
    launch: bool = Field(default=False, description="Launch it as soon as it is planned, whatever the plan says.")

    @model_validator(mode="after")
    def _one_table(self) -> CampaignRequest:
        if (self.table is None) == (self.rows is None):
            raise ValueError("has `table` or `rows`, one of the two")
        return self


class PreviewRequest(Appearance):
    """A few creatives at once, before anything is planned: no model draws or writes for them."""

    templates: list[Name] = Field(default_factory=list, max_length=MAX_TEMPLATES)
    layout: dict[str, Any] | None = Field(default=None, description="A template that is not kept, instead of names.")
    rows: list[dict[str, Cell]] = Field(
        default_factory=list, max_length=MAX_PREVIEW_ROWS, description="Left out, the fields' examples."
    )
    images: dict[FieldName, UUID] = Field(
        default_factory=dict, description="By field: an upload shown where a model would draw."
    )
    generated: dict[FieldName, ImageWish] = Field(
        default_factory=dict,
        max_length=20,
        description="By field: what the campaign would have drawn, as its `images`. Shown where it was drawn before.",
    )
    wildcards: Wildcards = Field(default_factory=dict, max_length=100)
    seed: int = Field(default=0, ge=0, le=MAX_SEED, description="As the campaign's.")
    output: OutputFile = OutputFile(format="jpeg", quality=88)

    @model_validator(mode="after")
    def _one_kind_of_template(self) -> PreviewRequest:
        if bool(self.templates) == (self.layout is not None):
            raise ValueError("has `templates` or `layout`, one of the two")
        return self
