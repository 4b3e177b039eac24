"""A brand kit: colours by role, fonts, logos, tone and words, style. ``docs/guides/brand-kits.md`` describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, ValidationError

from shared.campaigns.design.colors import Role
from shared.campaigns.design.fonts import FontChoice
from shared.campaigns.design.lengths import Part
from shared.catalog.inputs.base import Prompt
from shared.catalog.inputs.scene import Color, Fraction
from shared.catalog.wording import problems_of
from shared.errors import InputRefused

Word = Annotated[Prompt, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[
    dict[str, tuple[Word, ...]],
    BeforeValidator(lambda given: {"default": given} if isinstance(given, list | tuple) else given),
]
"""A list for every language, or lists by locale: ``{"default": [...], "de": [...]}``, of which both count."""


class KitLogo(Part):
    """A picture of the brand's mark, and how much room it asks for."""

    upload: UUID = Field(description="The id of an upload; best a PNG with a transparent ground.")
    clear_space: Fraction = Field(
        default=0.1, description="Kept clear on each side, as a part of the box' shorter one."
    )
    min_height: int = Field(default=16, ge=1, le=4000, description="Pixels below which it is not drawn.")


class KitStyle(Part):
    """What is added to what generates the brand's pictures."""

    prompt: Prompt = Field(default="", max_length=2000, description="Appended to each prompt of a picture.")
    negative_prompt: Prompt = Field(default="", max_length=2000)
    model: str | None = Field(
        default=None,
        max_length=200,
        description="Draws where a campaign names no model: such as one that was registered with the brand's LoRA.",
    )


class BrandKitSpec(Part):
    """A brand, as it is applied to templates, prompts and copy."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    colors: dict[Role, Color] = Field(
        default_factory=dict,
        description="By role. A role without its `on-...` gets black or white, whichever is read better on it.",
    )
    fonts: dict[Literal["heading", "body"], FontChoice] = Field(default_factory=dict)
    logos: dict[Literal["light", "dark"], KitLogo] = Field(
        default_factory=dict, description="`light` is drawn in light colours, for dark grounds; `dark` the other way."
    )
    tone: Prompt = Field(default="", max_length=300, description="Put where a prompt of copy says `{brand.tone}`.")
    required_words: Words = Field(default_factory=dict, description="Generated copy says each of them.")
    banned_words: Words = Field(default_factory=dict, description="No text says any of them, neither a column's.")
    style: KitStyle = KitStyle()

    def required(self, locale: str) -> tuple[str, ...]:
        """What a text in a locale must say."""
        return _words(self.required_words, locale)

    def banned(self, locale: str) -> tuple[str, ...]:
        """What a text in a locale must not say."""
        return _words(self.banned_words, locale)


def _words(lists: Mapping[str, tuple[str, ...]], locale: str) -> tuple[str, ...]:
    """Those for all languages, and those of the locale and of its language."""
    parts = locale.lower().split("-")
    tags = {"default", *("-".join(parts[:length]) for length in range(1, len(parts) + 1))}
    return tuple(dict.fromkeys(word for tag, words in lists.items() if tag.lower() in tags for word in words))


def read_kit(given: Mapping[str, Any], prefix: str = "") -> BrandKitSpec:
    """A brand kit from its JSON. Raises ``InputRefused`` with every problem and its path, from ``prefix`` on."""
    try:
        return BrandKitSpec.model_validate(given)
    except ValidationError as error:
        raise InputRefused(problems_of(error, prefix, BrandKitSpec)) from error
