"""Field types that many documents share."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Timestamp = Annotated[
    str,
    Field(
        description="RFC 3339, UTC.",
        examples=["2026-11-23T19:06:41.218Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
Identifier = Annotated[
    str,
    Field(examples=["019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"], json_schema_extra={"format": "uuid"}),
]
JsonObject = dict[str, Any]

Item = TypeVar("Item")


class Document(BaseModel):
    """A reply's body."""

    model_config = ConfigDict(protected_namespaces=())


class PageQuery(BaseModel):
    """How a list is paged."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=100, description="How many items at most.")


class Items(Document, Generic[Item]):
    """A list that is never long."""

    items: list[Item]
