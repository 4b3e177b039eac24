"""A workspace's pause as the API writes it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from web.api.schemas.fields import Document, Timestamp


class PauseRequest(BaseModel):
    """Why the workspace shall stand still."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(
        default="",
        max_length=500,
        description="For the people who see that their jobs wait.",
        examples=["The campaign is being corrected."],
    )


class Pause(Document):
    """Whether the workspace stands still."""

    paused: bool
    reason: str | None = Field(description="As it was given; nothing when it is not paused.")
    since: Timestamp | None = Field(description="When it was first paused.")
