"""Templates as cards to choose from: a picture of each, or a drawing of where everything lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from shared.campaigns import service
from shared.campaigns.design.layout import Layout
from shared.campaigns.design.sizes import read_size
from web.pages.campaign_schematic import Schematic, schematic

_PICTURES = "img/templates"
_DRAWN_ON = "instagram-post"


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A template to choose."""

    name: str
    layout: Layout
    picture: str
    """A static picture of it, where one ships; else empty."""

    @property
    def is_starter(self) -> bool:
        """Whether it comes with the project."""
        return self.name.startswith("starter/")

    @property
    def drawing(self) -> Schematic:
        """Where everything lies on a square canvas."""
        return schematic(self.layout, read_size(_DRAWN_ON))

    @property
    def asks_for(self) -> str:
        """``headline, price, product``: the fields that a row has to fill."""
        return ", ".join(field.name.replace("_", " ") for field in self.layout.fields if field.required)


def template_cards(session: Session, workspace_id: UUID) -> list[TemplateCard]:
    """Every template that the workspace can use: its own first."""
    found = service.list_templates(session, workspace_id)
    cards = [TemplateCard(each.name, each.read(), _picture(each.name)) for each in found]
    return sorted(cards, key=lambda card: (card.is_starter, card.layout.title))


def titles(cards: Sequence[TemplateCard]) -> dict[str, str]:
    """What people call them, by name."""
    return {card.name: card.layout.title for card in cards}


def _picture(name: str) -> str:
    owner, _, slug = name.rpartition("/")
    path = f"{_PICTURES}/{slug}.webp"
    is_there = owner == "starter" and Path(current_app.static_folder or "", path).is_file()
    return path if is_there else ""
