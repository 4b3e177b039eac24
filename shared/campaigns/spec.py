"""The settings of a campaign, complete: its templates and brand kit as they are now, whatever becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from shared.campaigns.design.brand_kits import BrandKitSpec, read_kit
from shared.campaigns.design.layout import Layout, read_layout
from shared.campaigns.request import CampaignRequest, CopyWish, ImageWish
from shared.catalog.inputs.composite import OutputFile
from shared.catalog.models import Model
from shared.catalog.service import find_model


class TemplateSnapshot(BaseModel):
    """A template as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    layout: dict[str, Any]

    def read(self) -> Layout:
        """The layout. Raises ``InputRefused``."""
        return read_layout(self.layout, self.name)


class KitSnapshot(BaseModel):
    """A brand kit as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kit: dict[str, Any]

    def read(self) -> BrandKitSpec:
        """The kit. Raises ``InputRefused``."""
        return read_kit(self.kit, self.name)


class CampaignSpec(BaseModel):
    """What ``Batch.spec`` of a campaign holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: tuple[TemplateSnapshot, ...]
    sizes: tuple[str, ...]
    locales: tuple[str, ...]
    brand_kit: KitSnapshot | None = None
    columns: dict[str, str]
    images: dict[str, ImageWish]
    texts: dict[str, CopyWish]
    """Generated copy, by field."""
    channel_limits: dict[str, str]
    wildcards: dict[str, list[str]]
    seed: int
    output: OutputFile

    @classmethod
    def of(cls, request: CampaignRequest, layouts: Sequence[TemplateSnapshot], kit: KitSnapshot | None) -> CampaignSpec:
        """What a request says, with the templates and the kit that it names."""
        return cls(
            templates=tuple(layouts),
            sizes=tuple(request.sizes),
            locales=tuple(request.locales),
            brand_kit=kit,
            columns=dict(request.columns),
            images=dict(request.images),
            texts=dict(request.copy_),
            channel_limits=dict(request.channel_limits),
            wildcards={name: list(texts) for name, texts in request.wildcards.items()},
            seed=request.seed,
            output=request.output,
        )

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> CampaignSpec:
        """From a batch's ``spec``."""
        return cls.model_validate(document)

    def document(self) -> dict[str, Any]:
        """As a batch keeps it."""
        return self.model_dump(mode="json", exclude_none=True)


def models_of(session: Session, workspace_id: UUID, spec: CampaignSpec) -> dict[str, Model]:
    """The models that draw and write for a campaign, by name. Raises ``InputRefused`` for one that is gone."""
    named = {str(wish.model) for wish in spec.images.values()} | {wish.model for wish in spec.texts.values()}
    return {name: find_model(session, workspace_id, name) for name in sorted(named)}
