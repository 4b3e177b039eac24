"""A brief: what one piece of copy is for. Drawn at random, then asked for in a prompt and answered in copy."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum

from worker.starter.adcopy.vocabulary import CATEGORIES
from worker.starter.adcopy.vocabulary.category import Category, Number, Product
from worker.starter.adcopy.vocabulary.context import (
    AUDIENCES,
    EDIBLE_FEATURES,
    FEATURES,
    MADE_THING_FEATURES,
    NAME_ENDINGS,
    NAME_WORDS,
    OCCASIONS,
    OFFERS,
    SURNAMES,
    SYLLABLES,
)
from worker.starter.adcopy.vocabulary.tones import TONES, Tone

INTANGIBLE = frozenset(
    {"places to eat", "apps and software", "local services", "business and finance", "travel", "culture and learning"}
)
_EDIBLE = frozenset({"hot drinks", "cold drinks", "sweets and bakery", "savory food"})
_MODIFIERS = ("mini", "custom", "designer", "vintage", "budget")
_EDIBLE_MODIFIERS = ("organic", "homemade", "gourmet", "seasonal")
_ONSETS = (
    "b",
    "bl",
    "cr",
    "d",
    "f",
    "fl",
    "g",
    "gr",
    "k",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sn",
    "t",
    "tr",
    "v",
    "w",
    "z",
)
_RIMES = ("ab", "amp", "ell", "ib", "imb", "oggle", "onk", "ost", "udge", "uff", "izzle", "andle", "ock", "erp", "oot")


class Kind(StrEnum):
    """A form of marketing copy."""

    SLOGAN = "slogan"
    HEADLINE = "headline"
    DESCRIPTION = "product description"
    POST = "social media post"
    SUBJECT = "email subject line"
    CALL = "call to action"
    ADVERT = "ad"


@dataclass(frozen=True)
class Brief:
    """Everything an answer may mention. Absent facts are empty strings; ``asked_tone`` is empty when any will do."""

    kind: Kind
    category: Category
    product: Product
    tone: Tone
    asked_tone: str
    brand: str
    audience: str
    occasion: str
    offer: str
    feature: str


def draw_brand(rng: random.Random) -> str:
    """Make up a brand name: mostly invented words, some compounds, surnames and initials."""
    style = rng.random()
    if style < 0.56:
        return "".join(rng.choice(SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()
    if style < 0.64:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 7))).capitalize()
    first, second = rng.sample(NAME_WORDS, 2)
    if style < 0.74:
        return f"{first} {second}"
    if style < 0.80:
        return f"{first} & {second}"
    if style < 0.85:
        return f"{first}{rng.choice((second, second.lower()))}"
    if style < 0.89:
        return "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(rng.randint(2, 4)))
    if style < 0.95:
        return rng.choice(SURNAMES)
    return f"{rng.choice((first, rng.choice(SURNAMES)))} {rng.choice(NAME_ENDINGS)}"


# Copy nobody asked an urgent or a solemn voice for should not have one.
_UNASKED_TONES = tuple(
    tone for tone in TONES if tone.name in {"playful", "friendly", "professional", "bold", "inspiring"}
)


def _draw_product(rng: random.Random, category: Category) -> Product:
    product = rng.choice(category.products)
    chance = rng.random()
    if category.name in INTANGIBLE or chance > 0.16:
        return product
    if chance > 0.06:
        modifiers = _EDIBLE_MODIFIERS if category.name in _EDIBLE else _MODIFIERS
        return Product(f"{rng.choice(modifiers)} {product.noun}", product.number)
    invented = rng.choice(_ONSETS) + rng.choice(_RIMES) + rng.choice(("", "et", "er", "in"))
    return Product(f"{rng.choice((*_MODIFIERS, ''))} {invented}".strip(), Number.SINGULAR)


def _fitting_features(category: Category) -> tuple[str, ...]:
    def fits(feature: str) -> bool:
        if feature in EDIBLE_FEATURES:
            return category.name in _EDIBLE
        return feature not in MADE_THING_FEATURES or category.name not in INTANGIBLE | _EDIBLE

    return tuple(feature for feature in FEATURES if fits(feature))


def draw_brief(rng: random.Random) -> Brief:
    """Draw one brief. Every category, kind and tone is as likely as any other of its sort."""
    category = rng.choice(CATEGORIES)
    asks_for_tone = rng.random() < 0.72
    tone = rng.choice(TONES if asks_for_tone else _UNASKED_TONES)
    extras = {"audience": 0.3, "occasion": 0.14, "offer": 0.14, "feature": 0.14}
    wanted = {name for name, chance in extras.items() if rng.random() < chance}
    return Brief(
        kind=rng.choice((*Kind, Kind.SLOGAN, Kind.HEADLINE)),
        category=category,
        product=_draw_product(rng, category),
        tone=tone,
        asked_tone=rng.choice(tone.requests) if asks_for_tone else "",
        brand=draw_brand(rng) if rng.random() < 0.8 else "",
        audience=rng.choice(AUDIENCES) if "audience" in wanted else "",
        occasion=rng.choice(OCCASIONS) if "occasion" in wanted else "",
        offer=rng.choice(OFFERS) if "offer" in wanted else "",
        feature=rng.choice(_fitting_features(category)) if "feature" in wanted else "",
    )
