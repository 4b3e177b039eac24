"""Templates and brand kits as JSON: one shape for API replies and the command."""

from __future__ import annotations

from typing import Any

from shared.campaigns.channels import CHANNELS
from shared.campaigns.design.sizes import NAMED, SHEETS, read_size
from shared.campaigns.library import KitView, TemplateView
from shared.clock import iso


def template_document(view: TemplateView, *, with_layout: bool = True) -> dict[str, Any]:
    """A template; in lists without its layout."""
    layout = view.layout
    document = {
        "name": view.name,
        "title": layout["title"],
        "description": layout.get("description", ""),
        "is_starter": view.is_starter,
        "version": view.version,
        "fields": [
            {"required": True, "help": "", "max_characters": None, "example": None, **field}
            for field in layout.get("fields", ())
        ],
        "created_at": iso(view.created_at),
        "updated_at": iso(view.updated_at),
    }
    return {**document, "layout": layout} if with_layout else document


def kit_document(view: KitView) -> dict[str, Any]:
    """A brand kit."""
    return {
        "name": view.name,
        "title": view.kit["title"],
        "version": view.version,
        "kit": view.kit,
        "created_at": iso(view.created_at),
        "updated_at": iso(view.updated_at),
    }


def sizes_document() -> list[dict[str, Any]]:
    """The sizes that have a name, for whoever chooses."""
    names = [*NAMED, *(f"{sheet}-300dpi" for sheet in SHEETS)]
    sizes = [read_size(name) for name in names]
    return [
        {"name": size.name, "width": size.width, "height": size.height, "dpi": size.dpi, "aspect": size.aspects[0]}
        for size in sizes
    ]


def channels_document() -> list[dict[str, Any]]:
    """The channels whose limits are known."""
    return [
        {"name": name, "max_characters": channel.max_characters, "counting": channel.counting}
        for name, channel in CHANNELS.items()
    ]
