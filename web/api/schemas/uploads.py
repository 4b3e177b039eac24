"""Uploads as the API writes them."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from web.api.schemas.fields import Document, Identifier, PageQuery, Timestamp


class UploadUrls(Document):
    """Where an upload is."""

    self: str
    content: str = Field(description="Its bytes, with the API key.")


class Upload(Document):
    """A file that jobs can read."""

    id: Identifier = Field(description='What a job\'s input names it by: `{"upload": id}`.')
    file_name: str = Field(description="What its sender called it.", examples=["logo.jpg"])
    media_type: str = Field(
        description="By its content, whatever its sender said. A picture is stored as PNG.", examples=["image/png"]
    )
    size: int = Field(description="Bytes, as it is stored.")
    sha256: str = Field(description="Of the stored bytes, in hexadecimal.")
    facts: dict[str, Any] = Field(
        description="What can be said without opening it: `width` and `height` in pixels, `seconds`, `tracks`,"
        " `characters`; of a table `rows`, `columns`, `encoding`, `delimiter`, `sheet`.",
        examples=[{"width": 1024, "height": 768}],
    )
    created_at: Timestamp
    expires_at: Timestamp = Field(description="Removed then, unless a job uses it before: that adds 30 days.")
    urls: UploadUrls


class UploadPage(Document):
    """Some of the workspace's uploads."""

    items: list[Upload]
    next_cursor: Identifier | None = Field(description="For the next page; nothing when this is the last.")


class UploadOptions(BaseModel):
    """How a file is read."""

    model_config = ConfigDict(extra="forbid")

    read_as: Literal["table"] | None = Field(
        default=None, alias="as", description="Read the file as a table, for a batch or a campaign."
    )


class UploadQuery(PageQuery):
    """Which uploads."""

    cursor: UUID | None = Field(default=None, description="`next_cursor` of the page before.")
