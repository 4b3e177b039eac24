"""Where each field of the chosen templates takes its text or picture from: a column, or a model."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.campaigns.design.layers import TextLayer
from shared.campaigns.design.layout import Layout, TemplateField
from web.pages.campaign_locales import NamedColumn

COLUMN, IMAGE, COPY = "column.", "image.", "copy."
_PROMPT, _MODEL, _NEGATIVE, _LONGEST = ".prompt", ".model", ".negative_prompt", ".max_characters"
_NOT_A_LETTER = re.compile(r"[^\w]+|_")
_ALIKE: Mapping[str, Sequence[str]] = {
    "headline": ("title", "name", "productname", "heading", "claim"),
    "title": ("headline", "name", "productname"),
    "name": ("productname", "title", "product"),
    "subline": ("subtitle", "subheadline", "description", "tagline", "text"),
    "description": ("text", "body", "details", "subline"),
    "price": ("amount", "cost", "saleprice"),
    "badge": ("label", "offer", "discount"),
    "cta": ("button", "calltoaction", "action"),
    "product": ("productimage", "image", "picture", "photo", "imageurl", "packshot", "cutout"),
    "image": ("picture", "photo", "imageurl", "product"),
    "quote": ("testimonial", "review"),
    "author": ("by", "customer"),
}
"""What a field's column may be called as well, in lower case and without signs."""
_SCENES = ("scene", "backdropprompt", "imageprompt", "prompt", "background", "setting")
"""What a column may be called that says in words what is to be drawn."""
_LABELS = {"cta": "Call to action"}


@dataclass(frozen=True, slots=True)
class MappedField:
    """A field of one template or several, and what was chosen for it."""

    name: str
    kind: str
    help: str
    example: str
    max_characters: int | None
    required: bool
    has_own: bool
    """Whether a layer has a text of its own for it."""
    is_drawn: bool
    """Whether a model draws it, where no column has it."""
    templates: Sequence[str]
    """Titles of those that show it."""
    column: str = ""
    prompt: str = ""
    model: str = ""
    negative_prompt: str = ""
    longest: str = ""
    samples: Sequence[str] = ()
    """What the first rows have in the chosen column."""
    problems: Sequence[str] = field(default=())

    @property
    def label(self) -> str:
        """Its name for people."""
        return _LABELS.get(self.name, self.name.replace("_", " ").capitalize())

    @property
    def column_name(self) -> str:
        """The form's name of its column."""
        return COLUMN + self.name

    @property
    def prefix(self) -> str:
        """What the names of its model's settings begin with."""
        return (IMAGE if self.kind == "image" else COPY) + self.name

    @property
    def is_made(self) -> bool:
        """Whether a prompt was given for it, or has to be."""
        return bool(self.prompt) or (self.is_drawn and not self.column)

    @property
    def must_be_filled(self) -> bool:
        """Whether a row without it cannot be made."""
        return self.required and not self.has_own


def fields_of(layouts: Sequence[Layout]) -> list[MappedField]:
    """The fields of several templates, each once, in the order in which they come."""
    found: dict[str, list[tuple[Layout, TemplateField]]] = {}
    for layout in layouts:
        for each in layout.fields:
            found.setdefault(each.name, []).append((layout, each))
    return [_merged(those) for those in found.values()]


def _merged(those: Sequence[tuple[Layout, TemplateField]]) -> MappedField:
    first = those[0][1]
    limits = [each.max_characters for _, each in those if each.max_characters is not None]
    return MappedField(
        name=first.name,
        kind=first.kind,
        help=next((each.help for _, each in those if each.help), ""),
        example=next((each.example for _, each in those if each.example), ""),
        max_characters=min(limits) if limits else None,
        required=any(each.required for _, each in those),
        has_own=all(_has_text(layout, first.name) for layout, _ in those),
        is_drawn=any(first.name in layout.generated_fields() for layout, _ in those),
        templates=[layout.title for layout, _ in those],
    )


def _has_text(layout: Layout, name: str) -> bool:
    return any(isinstance(layer, TextLayer) and layer.field == name and layer.text for layer in layout.layers)


def guessed(fields: Sequence[MappedField], columns: Sequence[NamedColumn]) -> dict[str, str]:
    """A column for each field that has one of its name, or nearly, and a prompt where a column says what to draw.

    A column is taken once, unless it is named like the field.
    """
    by_plain = {_plain(column.name): column.name for column in reversed(columns)}
    found = {each.name: by_plain[_plain(each.name)] for each in fields if _plain(each.name) in by_plain}
    taken = set(found.values())
    for each in fields:
        names = [by_plain[name] for name in _ALIKE.get(each.name, ()) if name in by_plain]
        free = next((name for name in names if name not in taken), None)
        if each.name not in found and free is not None:
            found[each.name] = free
            taken.add(free)
    scene = next((by_plain[name] for name in _SCENES if name in by_plain), None)
    drawn = [each.name for each in fields if each.is_drawn and each.name not in found] if scene else []
    prompts = {f"{IMAGE}{name}{_PROMPT}": f"{{{scene}}}" for name in drawn}
    return {**{COLUMN + name: column for name, column in found.items()}, **prompts}


def _plain(text: str) -> str:
    return _NOT_A_LETTER.sub("", text).lower()


def request_of(fields: Sequence[MappedField], typed: Mapping[str, str]) -> dict[str, Any]:
    """``columns``, ``images`` and ``copy`` of a campaign's request, as the filled form means them."""
    columns = {each.name: typed[each.column_name] for each in fields if typed.get(each.column_name)}
    images: dict[str, Any] = {}
    copy: dict[str, Any] = {}
    for each in fields:
        prompt = typed.get(each.prefix + _PROMPT, "").replace("\r\n", "\n").strip()
        if not prompt:
            continue
        made: dict[str, Any] = {"model": typed.get(each.prefix + _MODEL, ""), "prompt": prompt}
        if each.kind == "image":
            negative = typed.get(each.prefix + _NEGATIVE, "").strip()
            images[each.name] = {**made, "negative_prompt": negative} if negative else made
        else:
            longest = typed.get(each.prefix + _LONGEST, "").strip()
            limit = longest or each.max_characters
            copy[each.name] = {**made, "max_characters": _whole(limit)} if limit else made
    return {"columns": columns, **({"images": images} if images else {}), **({"copy": copy} if copy else {})}


def _whole(text: str | int) -> int | str:
    return int(text) if str(text).isdecimal() else text
