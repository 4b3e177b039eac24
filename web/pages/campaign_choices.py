"""What a campaign is to be made in: templates, sizes, locales and a brand kit, as its form's address has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from shared.batches.models import Batch
from shared.campaigns.design.languages import LOCALE
from shared.campaigns.design.sizes import read_size
from shared.campaigns.spec import CampaignSpec
from shared.errors import InputRefused
from web.pages import campaign_sizes
from web.pages.campaign_locales import LOCALES

_MOST_SIZES, _MOST_LOCALES, _MOST_TEMPLATES = 40, 40, 20
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Choices:
    """What was ticked and typed."""

    name: str
    templates: Sequence[str]
    sizes: Sequence[str]
    locales: Sequence[str]
    brand_kit: str
    more_sizes: str = ""
    """Sizes that were typed, as they were typed; also among ``sizes``."""
    more_locales: str = ""

    @property
    def query(self) -> str:
        """For the next page's address."""
        pairs = [
            ("name", self.name),
            *(("template", each) for each in self.templates),
            *(("size", each) for each in self.sizes),
            *(("locale", each) for each in self.locales),
            ("brand_kit", self.brand_kit),
        ]
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def typed_sizes(self) -> str:
        """Sizes that no box stands for."""
        return ", ".join(campaign_sizes.others(self.sizes))

    @property
    def typed_locales(self) -> str:
        """Locales that no box stands for."""
        return ", ".join(each for each in self.locales if each not in LOCALES)

    def request(self) -> dict[str, Any]:
        """As a campaign's request has them."""
        found: dict[str, Any] = {
            "name": self.name,
            "templates": list(self.templates),
            "sizes": list(self.sizes),
            "locales": list(self.locales),
        }
        return {**found, "brand_kit": self.brand_kit} if self.brand_kit else found


def read_choices(given: MultiDict[str, str]) -> Choices:
    """What an address or a form says."""
    more_sizes, more_locales = given.get("more_sizes", ""), given.get("more_locales", "")
    return Choices(
        name=given.get("name", "").strip(),
        templates=_once(given.getlist("template")),
        sizes=_once([*given.getlist("size"), *_words(more_sizes)]),
        locales=_once([*given.getlist("locale"), *_words(more_locales)]),
        brand_kit=given.get("brand_kit", ""),
        more_sizes=more_sizes,
        more_locales=more_locales,
    )


def choices_of(batch: Batch) -> Choices:
    """What a campaign was planned with."""
    spec = CampaignSpec.read(batch.spec)
    names = [each.name for each in spec.templates]
    return Choices(batch.name, names, spec.sizes, spec.locales, spec.brand_kit.name if spec.brand_kit else "")


def problems_with(choices: Choices) -> dict[str, str]:
    """What is missing or wrong, by the part of the form."""
    found = {}
    if not choices.name:
        found["name"] = "Give the campaign a name."
    for part, chosen, most in (
        ("template", choices.templates, _MOST_TEMPLATES),
        ("size", choices.sizes, _MOST_SIZES),
        ("locale", choices.locales, _MOST_LOCALES),
    ):
        if not chosen:
            found[part] = f"Choose at least one {part}."
        elif len(chosen) > most:
            found[part] = f"Choose {most} {part}s at most; {len(chosen)} are chosen."
    found.update(_unreadable(choices))
    return found


def _unreadable(choices: Choices) -> Mapping[str, str]:
    found = {}
    for name in choices.sizes:
        try:
            read_size(name)
        except InputRefused as refusal:
            found["size"] = f"{refusal.problems[0].message[:1].upper()}{refusal.problems[0].message[1:]}."
    strange = next((each for each in choices.locales if not LOCALE.fullmatch(each)), None)
    if strange is not None:
        found["locale"] = f"“{strange}” is no locale: write a language as de, or with its region as pt-BR."
    return found


def _words(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text) if each]


def _once(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(each.strip() for each in values if each.strip()))
