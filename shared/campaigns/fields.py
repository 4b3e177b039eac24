"""The fields of a campaign: those of all its templates together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.batches.copy_rules import length_of
from shared.campaigns.channels import CHANNELS, Channel
from shared.campaigns.design.layers import ImageLayer, TextLayer
from shared.campaigns.design.layout import Layout, TemplateField
from shared.catalog.inputs.scene import MAX_TEXT_CHARACTERS


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that rows have, or a model writes."""

    name: str
    required: bool
    """Some template needs it and has no text of its own to show instead."""
    limits: tuple[Channel, ...]
    """How long it may be: for its templates, for its channel."""

    def too_long(self, text: str) -> str | None:
        """Says so of a text that is."""
        for limit in self.limits:
            # No way of counting gives fewer than characters do.
            length = length_of(text, limit.counting)
            if length > limit.max_characters:
                return f"has {length:,} characters; {limit.max_characters:,} at most fit"
        return None


@dataclass(frozen=True, slots=True)
class ImageField:
    """A picture that rows name, or a model draws."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """All fields of a campaign, by name."""

    texts: Mapping[str, TextField]
    images: Mapping[str, ImageField]

    def kind_of(self, name: str) -> str | None:
        """``text``, ``image`` or None for a field that there is not."""
        return "text" if name in self.texts else "image" if name in self.images else None

    def required(self) -> list[str]:
        """The names of those that every row must have."""
        images = [name for name, field in self.images.items() if field.required]
        return images + [name for name, field in self.texts.items() if field.required]


def fields_of(layouts: Mapping[str, Layout], channels: Mapping[str, str]) -> Fields:
    """Those of several templates: what one of them requires is required, and the shortest limit holds.

    Raises ``ValueError`` for a name that is a text in one and a picture in another.
    """
    texts: dict[str, TextField] = {}
    images: dict[str, ImageField] = {}
    for name, layout, field in _declared(layouts):
        required = field.required and not _has_own(layout, field)
        if field.name in (texts if field.kind == "image" else images):
            raise ValueError(f"`{field.name}` is of another kind in {name!r} than in a template before it")
        if field.kind == "image":
            before = images.get(field.name)
            images[field.name] = ImageField(field.name, required or (before is not None and before.required))
            continue
        known = texts.get(field.name)
        own = min(
            field.max_characters or MAX_TEXT_CHARACTERS,
            known.limits[0].max_characters if known is not None else MAX_TEXT_CHARACTERS,
        )
        channel = CHANNELS.get(channels.get(field.name, ""))
        limits = (Channel(own), channel) if channel is not None else (Channel(own),)
        texts[field.name] = TextField(field.name, required or (known is not None and known.required), limits)
    return Fields(texts, images)


def _declared(layouts: Mapping[str, Layout]) -> Iterator[tuple[str, Layout, TemplateField]]:
    for name, layout in layouts.items():
        for field in layout.fields:
            yield name, layout, field


def _has_own(layout: Layout, field: TemplateField) -> bool:
    """Whether every layer that shows the field has something of its own to show instead."""
    if field.kind == "text":
        return all(
            layer.text is not None
            for layer in layout.layers
            if isinstance(layer, TextLayer) and layer.field == field.name
        )
    return all(
        isinstance(layer, ImageLayer) and layer.upload is not None
        for layer in layout.layers
        if any(name == field.name for name, _ in layer.fields())
    )
