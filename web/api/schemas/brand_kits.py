"""Brand kits as the API writes them. ``shared.campaigns.document`` makes them; a test keeps the two in step."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from web.api.campaign_examples import BRAND_KIT, KIT
from web.api.schemas.fields import Document, Timestamp


class NewBrandKit(BaseModel):
    """A brand kit to keep."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        max_length=100, description="1 to 63 letters a-z, digits and hyphens, the first no hyphen.", examples=["zorvi"]
    )
    kit: dict[str, Any] = Field(description="As `docs/guides/brand-kits.md` describes it.", examples=[KIT])


class KitContent(BaseModel):
    """What is in a kit, to keep under a name or to be looked through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kit: dict[str, Any] = Field(description="As `docs/guides/brand-kits.md` describes it.", examples=[KIT])


class BrandKit(Document):
    """Colours, fonts, logos, tone and words of a brand."""

    model_config = ConfigDict(json_schema_extra={"examples": [BRAND_KIT]})

    name: str = Field(description="What campaigns call it.")
    title: str
    version: int = Field(description="Counts its changes.")
    kit: dict[str, Any]
    created_at: Timestamp
    updated_at: Timestamp


class BrandKitList(Document):
    """The workspace's kits, by name."""

    items: list[BrandKit]
