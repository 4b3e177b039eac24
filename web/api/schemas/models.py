"""Models of the catalog as the API writes them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from web.api.schemas.fields import Document


class ModelUrls(Document):
    """Where a model is."""

    self: str


class ModelSummary(Document):
    """A model that jobs can name."""

    name: str = Field(examples=["starter/backdrops"])
    family: str = Field(description="The kind of model.", examples=["text-to-image"])
    title: str
    description: str
    revision: str = Field(description="What the weights are: a hash of their files, or a pinned commit.")
    licence: str
    max_running: int | None = Field(
        description="How many of its jobs may run at once, of all workspaces; nothing: any number."
    )
    defaults: dict[str, Any] = Field(description="Input fields that a job may leave out, and what they are then.")
    urls: ModelUrls


class Model(ModelSummary):
    """A model, and what it takes."""

    input_schema: dict[str, Any] = Field(description="JSON Schema of `input`, this model's limits included.")


class ModelList(Document):
    """Every model that jobs may name, by name."""

    items: list[ModelSummary]
