"""A font as templates and brand kits choose it: a family of the font pack and a weight."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.campaigns.design.lengths import Part
from shared.typography.families import FAMILIES


def _of_the_pack(family: str) -> str:
    if family not in FAMILIES:
        raise ValueError(f"is {family!r}; the font pack has {', '.join(FAMILIES)}")
    return family


class FontChoice(Part):
    """A family and its weight; of the weights that the pack has, the nearest is drawn."""

    family: Annotated[str, AfterValidator(_of_the_pack)]
    weight: int = Field(default=400, ge=100, le=900)
