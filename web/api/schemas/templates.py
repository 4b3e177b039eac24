"""Templates as the API writes them. ``shared.campaigns.document`` makes them; a test keeps the two in step."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from web.api.campaign_examples import LAYOUT, TEMPLATE, TEMPLATE_SUMMARY
from web.api.schemas.fields import Document, Timestamp
from web.api.schemas.problem import FieldError


class NewTemplate(BaseModel):
    """A template to keep."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        max_length=100, description="1 to 63 letters a-z, digits and hyphens, the first no hyphen.", examples=["spring"]
    )
    layout: dict[str, Any] = Field(description="As `docs/guides/templates.md` describes it.", examples=[LAYOUT])


class TemplateLayout(BaseModel):
    """A layout, to keep under a name or to be looked through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    layout: dict[str, Any] = Field(description="As `docs/guides/templates.md` describes it.", examples=[LAYOUT])


class TemplateField(Document):
    """What a template wants of a row, or of a model."""

    name: str
    kind: Literal["text", "image"]
    required: bool = Field(description="A row in which it is empty is left out.")
    help: str
    max_characters: int | None
    example: str | None


class TemplateSummary(Document):
    """A template without its layout."""

    model_config = ConfigDict(json_schema_extra={"examples": [TEMPLATE_SUMMARY]})

    name: str = Field(description="What campaigns call it.", examples=["starter/hero"])
    title: str
    description: str
    is_starter: bool = Field(description="It ships with the project, and cannot be changed.")
    version: int = Field(description="Counts its changes.")
    fields: list[TemplateField]
    created_at: Timestamp | None
    updated_at: Timestamp | None


class Template(TemplateSummary):
    """A template."""

    model_config = ConfigDict(json_schema_extra={"examples": [TEMPLATE]})

    layout: dict[str, Any]


class TemplateList(Document):
    """Those that ship, then the workspace's own, by name."""

    items: list[TemplateSummary]


class Verdict(Document):
    """Whether something could be kept and used as it is."""

    valid: bool
    errors: list[FieldError] = Field(description="Each place that is wrong.")
