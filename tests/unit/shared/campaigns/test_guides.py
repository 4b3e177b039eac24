"""The guides to templates and brand kits: what they show is taken, and nothing that can be written is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter

from shared.campaigns.channels import CHANNELS
from shared.campaigns.design import colors, fonts, layers, layout
from shared.campaigns.design.brand_kits import BrandKitSpec, KitLogo, KitStyle, read_kit
from shared.campaigns.design.labels import AI_LABELS
from shared.campaigns.design.layers import Layer
from shared.campaigns.design.layout import read_layout
from shared.campaigns.design.lengths import Box
from shared.campaigns.design.sizes import ASPECTS, NAMED
from shared.campaigns.request import CampaignRequest

GUIDES = Path(__file__).parents[4] / "docs" / "guides"
TEMPLATES, KITS = ((GUIDES / name).read_text("utf-8") for name in ("templates.md", "brand-kits.md"))
READERS: Mapping[str, Callable[[Any], object]] = {
    "layout": read_layout,
    "layer": TypeAdapter[Layer](Layer).validate_python,
    "box": Box.model_validate,
    "kit": read_kit,
    "campaign": CampaignRequest.model_validate,
}
EXAMPLES = [
    pytest.param(kind, json.loads(text), id=f"{kind}-{index}")
    for index, (kind, text) in enumerate(re.findall(r"```json (\w+)\n(.*?)```", TEMPLATES + KITS, re.DOTALL))
]
PARTS_OF_A_TEMPLATE: tuple[type[BaseModel], ...] = (
    layout.Layout,
    layout.TemplateField,
    layout.CanvasLook,
    layout.SafeMargins,
    fonts.FontChoice,
    layers.ShadowLook,
    layers.PlateLook,
    layers.TypeSizes,
    colors.Fill,
    colors.GradientStop,
    Box,
    *get_args(get_args(Layer)[0]),
)


def names_of(*parts: type[BaseModel]) -> set[str]:
    """Every name that may be written."""
    return {name for part in parts for name in part.model_fields}


def said(guide: str) -> set[str]:
    """Every name that a guide writes as one."""
    return set(re.findall(r"`([\w./-]+)`", guide))


@pytest.mark.parametrize(("kind", "document"), EXAMPLES)
def test_every_example_is_taken(kind: str, document: Any) -> None:
    assert READERS[kind](document)


def test_both_guides_have_examples() -> None:
    assert {example.values[0] for example in EXAMPLES} == READERS.keys()


def test_the_guide_to_templates_names_everything_that_a_template_can_say() -> None:
    assert names_of(*PARTS_OF_A_TEMPLATE) - said(TEMPLATES) == set()


def test_the_guide_to_templates_names_every_canvas() -> None:
    assert {*NAMED, *ASPECTS} - said(TEMPLATES) == set()
    assert f"({len(AI_LABELS)} come with the project" in TEMPLATES


def test_the_guide_to_brand_kits_names_everything_that_a_kit_can_say_and_every_channel() -> None:
    written = re.sub(r"```.*?```", "", KITS, flags=re.DOTALL)

    assert names_of(BrandKitSpec, KitStyle, KitLogo) - {"upload"} - said(written) == set()
    for name, channel in CHANNELS.items():
        assert re.search(rf"\| `{name}` \| {channel.max_characters}\b", written), name
        assert ("count twice" in re.findall(rf"`{name}` \|.*", written)[0]) == (channel.counting == "weighted")
