"""Artifacts as the API writes them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from web.api.schemas.fields import Document, Identifier, Timestamp


class ArtifactUrls(Document):
    """Where an artifact is."""

    self: str
    content: str = Field(description="Its bytes, with the API key.")


class ArtifactSummary(Document):
    """One output of a job."""

    id: Identifier
    index: int = Field(description="Its place among the job's outputs.")
    media_type: str = Field(examples=["image/png"])
    size: int = Field(description="Bytes.")
    sha256: str = Field(description="Of the bytes, in hexadecimal.")
    facts: dict[str, Any] = Field(
        description="What can be said without opening it: `width` and `height` in pixels, `characters`.",
        examples=[{"width": 128, "height": 128}],
    )
    removed_at: Timestamp | None = Field(description="The workspace keeps the file no longer since then.")
    urls: ArtifactUrls


class Artifact(ArtifactSummary):
    """One output of a job, and a link to it that works without a key."""

    job_id: Identifier
    download_url: str | None = Field(
        description="A presigned link that downloads the file; made for this reply, good for five minutes."
        " Null when the file is no longer kept."
    )
