"""Campaigns without a database: starter-like models, a small template, and expanders of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from shared.campaigns.expansion import CampaignExpander
from shared.campaigns.request import CampaignRequest
from shared.campaigns.spec import CampaignSpec, KitSnapshot, TemplateSnapshot
from shared.catalog.families import FamilyName
from shared.catalog.models import Model

WORKSPACE = UUID("019a1f04-0000-7000-8000-000000000001")
UPLOAD = "019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"

LAYOUT: dict[str, Any] = {
    "version": 1,
    "title": "Card",
    "palette": {"primary": "#12355b", "on-primary": "#ffffff"},
    "fields": [
        {"name": "backdrop", "kind": "image"},
        {"name": "headline", "kind": "text", "max_characters": 40, "example": "Light that follows you"},
        {"name": "price", "kind": "text", "required": False},
    ],
    "layers": [
        {"name": "backdrop", "kind": "generated", "field": "backdrop"},
        {
            "name": "headline",
            "kind": "text",
            "field": "headline",
            "box": {"anchor": "bottom-left", "x": "5%", "y": "5%", "width": "60%", "height": "30%"},
            "size": {"max": "9vmin", "min": "4vmin"},
            "color": "brand.on-primary",
            "scrim": "brand.primary",
        },
        {
            "name": "price",
            "kind": "text",
            "field": "price",
            "box": {"anchor": "top-right", "x": 0.05, "y": 0.05, "width": 0.3, "height": 0.2},
            "size": {"max": "8vmin", "min": "4vmin"},
        },
        {
            "name": "label",
            "kind": "ai-label",
            "box": {"width": 0.4, "height": "10%"},
            "size": {"max": "3vmin", "min": "2vmin"},
        },
    ],
    "overrides": {"leaderboard": {"price": {"hidden": True}}},
}


@pytest.fixture
def layout() -> dict[str, Any]:
    """The JSON of a small template, to be changed at will."""
    return deepcopy(LAYOUT)


@pytest.fixture
def models() -> dict[str, Model]:
    """One that draws in a single size, one in many, one that writes."""
    backdrops = Model(
        name="starter/backdrops",
        family=FamilyName.TEXT_TO_IMAGE,
        revision="0" * 64,
        defaults={"width": 256, "height": 256, "num_inference_steps": 16},
        limits={"width": {"one_of": [256]}, "height": {"one_of": [256]}},
    )
    large = Model(
        name="tests/large",
        family=FamilyName.TEXT_TO_IMAGE,
        revision="2" * 64,
        defaults={"width": 1024, "height": 1024, "num_inference_steps": 20},
        limits={"width": {"multiple_of": 64, "maximum": 1536}, "height": {"multiple_of": 64, "maximum": 1536}},
    )
    adcopy = Model(
        name="starter/adcopy", family=FamilyName.TEXT, revision="1" * 64, defaults={"max_new_tokens": 48}, limits={}
    )
    return {model.name: model for model in (backdrops, large, adcopy)}


Make = Callable[..., CampaignExpander]


@pytest.fixture
def make_expander(models: Mapping[str, Model]) -> Make:
    """An expander of a request: headings of a table, layouts by name and a kit as JSON, and fields of the request."""

    def make(
        headings: Sequence[str],
        layouts: Mapping[str, Mapping[str, Any]] | None = None,
        kit: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> CampaignExpander:
        kept = layouts or {"card": LAYOUT}
        asked = {
            "name": "Campaign",
            "rows": [{"headline": "Hello"}],
            "templates": list(kept),
            "sizes": ["1080x1080", "story"],
            "images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scene}"}},
            **fields,
        }
        request = CampaignRequest.model_validate(asked)
        snapshots = [TemplateSnapshot(name=name, layout=dict(layout)) for name, layout in kept.items()]
        brand = None if kit is None else KitSnapshot(name="brand", kit=dict(kit))
        return CampaignExpander(CampaignSpec.of(request, snapshots, brand), models, WORKSPACE, headings)

    return make
