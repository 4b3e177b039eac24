"""Templates and brand kits, as the client sees them: ``client.templates``, ``client.brand_kits``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.client.documents import Document
from shared.client.transport import Transport
from shared.errors import FieldProblem


@dataclass(frozen=True, slots=True)
class Template:
    """A layout of creatives. ``layout`` is in the answer about one template only."""

    name: str
    title: str
    version: int
    is_own: bool
    """Whether it is the workspace's, rather than one that ships."""
    layout: Mapping[str, Any]
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> Template:
        """The template that ``document`` describes."""
        return cls(
            name=document["name"],
            title=document["title"],
            version=document["version"],
            is_own=not document["is_starter"],
            layout=document.get("layout", {}),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class BrandKit:
    """Colours, fonts, logos, tone and words of a brand."""

    name: str
    title: str
    version: int
    kit: Mapping[str, Any]
    document: Document

    @classmethod
    def from_json(cls, document: Document) -> BrandKit:
        """The kit that ``document`` describes."""
        return cls(document["name"], document["title"], document["version"], document["kit"], document)


class Templates:
    """List, keep and remove templates. Every method raises ``RequestRefused`` and ``ServerUnreachable``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._base = "/api/v1/templates"

    def list(self) -> Sequence[Template]:
        """Those that ship, and the workspace's own."""
        return [Template.from_json(each) for each in self._transport.get(self._base)["items"]]

    def get(self, name: str) -> Template:
        """One with its layout: ``starter/hero``, or the name of an own one."""
        return Template.from_json(self._transport.get(f"{self._base}/{name}"))

    def add(self, name: str, layout: Mapping[str, Any]) -> Template:
        """Keep a new template. A name that is taken by another one is refused."""
        body = {"name": name, "layout": dict(layout)}
        reply = self._transport.post(self._base, body, {"Idempotency-Key": uuid.uuid4().hex})
        return Template.from_json(reply)

    def put(self, name: str, layout: Mapping[str, Any]) -> Template:
        """Keep a template under this name, in the place of the one there is."""
        return Template.from_json(self._transport.put(f"{self._base}/{name}", {"layout": dict(layout)}))

    def check(self, layout: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """What is wrong with a layout; nothing when it can be used."""
        reply = self._transport.post(f"{self._base}/validate", {"layout": dict(layout)})
        return [FieldProblem(each["path"], each["message"]) for each in reply["errors"]]

    def remove(self, name: str) -> None:
        """Remove a template. Campaigns keep what they were planned with."""
        self._transport.delete(f"{self._base}/{name}")


class BrandKits:
    """List, keep and remove brand kits. Every method raises ``RequestRefused`` and ``ServerUnreachable``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._base = "/api/v1/brand-kits"

    def list(self) -> Sequence[BrandKit]:
        """The workspace's kits, by name."""
        return [BrandKit.from_json(each) for each in self._transport.get(self._base)["items"]]

    def get(self, name: str) -> BrandKit:
        """One with what is in it."""
        return BrandKit.from_json(self._transport.get(f"{self._base}/{name}"))

    def add(self, name: str, kit: Mapping[str, Any]) -> BrandKit:
        """Keep a new kit. A name that is taken by another one is refused."""
        body = {"name": name, "kit": dict(kit)}
        return BrandKit.from_json(self._transport.post(self._base, body, {"Idempotency-Key": uuid.uuid4().hex}))

    def put(self, name: str, kit: Mapping[str, Any]) -> BrandKit:
        """Keep a kit under this name, in the place of the one there is."""
        return BrandKit.from_json(self._transport.put(f"{self._base}/{name}", {"kit": dict(kit)}))

    def check(self, kit: Mapping[str, Any]) -> Sequence[FieldProblem]:
        """What is wrong with a kit; nothing when it can be used."""
        reply = self._transport.post(f"{self._base}/validate", {"kit": dict(kit)})
        return [FieldProblem(each["path"], each["message"]) for each in reply["errors"]]

    def remove(self, name: str) -> None:
        """Remove a kit. Campaigns keep what they were planned with."""
        self._transport.delete(f"{self._base}/{name}")
