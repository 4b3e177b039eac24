"""Keep templates and brand kits: a workspace's own, beside the templates that ship with the project."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.artifacts.models import Upload
from shared.artifacts.uploads import KEPT_UNUSED, is_kept
from shared.campaigns import repository, starter
from shared.campaigns.design.brand_kits import BrandKitSpec, read_kit
from shared.campaigns.design.layers import ImageLayer
from shared.campaigns.design.layout import Layout, read_layout
from shared.campaigns.models import BrandKit, Template
from shared.errors import FieldProblem, InputRefused, NotFound, StateConflict
from shared.storage.formats import FileKind, essence, media_types

MAX_TEMPLATES = 500
MAX_KITS = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FOR_GOOD = timedelta(days=36_500)
"""What a template or a kit shows is kept for as long as those are."""


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A template: a workspace's own, or one that ships with the project."""

    name: str
    layout: dict[str, Any]
    version: int
    is_starter: bool
    created_at: datetime | None
    updated_at: datetime | None

    def read(self) -> Layout:
        """The layout."""
        return starter.layouts()[self.name] if self.is_starter else read_layout(self.layout)


@dataclass(frozen=True, slots=True)
class KitView:
    """A brand kit of a workspace."""

    name: str
    kit: dict[str, Any]
    version: int
    created_at: datetime
    updated_at: datetime

    def read(self) -> BrandKitSpec:
        """The kit."""
        return read_kit(self.kit)


def list_templates(session: Session, workspace_id: UUID) -> list[TemplateView]:
    """Those that ship with the project, then the workspace's own; each by name."""
    shipped = [_starter_view(name) for name in starter.documents()]
    return shipped + [_template_view(kept) for kept in repository.list_templates(session, workspace_id)]


def get_template(session: Session, workspace_id: UUID, name: str) -> TemplateView:
    """One template, by its name. Raises ``NotFound`` with what was likely meant."""
    if name in starter.documents():
        return _starter_view(name)
    kept = repository.find_template(session, workspace_id, name)
    if kept is None:
        known = [view.name for view in list_templates(session, workspace_id)]
        raise NotFound(f"No template is called {name!r}{_meant(name, known)}.")
    return _template_view(kept)


def save_template(session: Session, workspace_id: UUID, name: str, layout: Mapping[str, Any]) -> TemplateView:
    """Keep a template, over the workspace's own one of that name.

    Raises ``InputRefused`` with the path of every problem, and ``StateConflict`` when there are too many.
    """
    _check_name(name, "template")
    read = read_layout(layout, "layout")
    pictures = {f"layout.{path}": upload for path, upload in uploads_shown(read).items()}
    _keep_pictures(session, workspace_id, pictures)
    before = repository.find_template(session, workspace_id, name)
    if before is None:
        _check_room(len(repository.list_templates(session, workspace_id)), MAX_TEMPLATES, "templates")
    shown = _uploads_of_layout(before.layout) if before is not None else set()
    view = _template_view(repository.put_template(session, workspace_id, name, read.title, layout))
    _let_go(session, workspace_id, shown)
    return view


def remove_template(session: Session, workspace_id: UUID, name: str) -> None:
    """Forget one of the workspace's own templates; campaigns keep what they were planned with. Raises ``NotFound``."""
    if name in starter.documents():
        raise StateConflict(f"The template {name!r} ships with the project; it cannot be removed.")
    kept = repository.find_template(session, workspace_id, name)
    if kept is None or not repository.remove_template(session, workspace_id, name):
        raise NotFound(f"No template is called {name!r}.")
    _let_go(session, workspace_id, _uploads_of_layout(kept.layout))


def list_kits(session: Session, workspace_id: UUID) -> list[KitView]:
    """The workspace's brand kits, by name."""
    return [_kit_view(kept) for kept in repository.list_kits(session, workspace_id)]


def get_kit(session: Session, workspace_id: UUID, name: str) -> KitView:
    """One brand kit, by its name. Raises ``NotFound`` with what was likely meant."""
    kept = repository.find_kit(session, workspace_id, name)
    if kept is None:
        known = [each.name for each in repository.list_kits(session, workspace_id)]
        raise NotFound(f"No brand kit is called {name!r}{_meant(name, known)}.")
    return _kit_view(kept)


def save_kit(session: Session, workspace_id: UUID, name: str, kit: Mapping[str, Any]) -> KitView:
    """Keep a brand kit, over the one of that name.

    Raises ``InputRefused`` with the path of every problem, and ``StateConflict`` when there are too many.
    """
    _check_name(name, "brand kit")
    read = read_kit(kit, "kit")
    logos = {f"kit.logos.{variant}.upload": logo.upload for variant, logo in read.logos.items()}
    _keep_pictures(session, workspace_id, logos)
    before = repository.find_kit(session, workspace_id, name)
    if before is None:
        _check_room(len(repository.list_kits(session, workspace_id)), MAX_KITS, "brand kits")
    shown = _uploads_of_kit(before.kit) if before is not None else set()
    view = _kit_view(repository.put_kit(session, workspace_id, name, read.title, kit))
    _let_go(session, workspace_id, shown)
    return view


def remove_kit(session: Session, workspace_id: UUID, name: str) -> None:
    """Forget a brand kit; campaigns keep what they were planned with. Raises ``NotFound``."""
    kept = repository.find_kit(session, workspace_id, name)
    if kept is None or not repository.remove_kit(session, workspace_id, name):
        raise NotFound(f"No brand kit is called {name!r}.")
    _let_go(session, workspace_id, _uploads_of_kit(kept.kit))


def _starter_view(name: str) -> TemplateView:
    return TemplateView(name, starter.documents()[name], 1, is_starter=True, created_at=None, updated_at=None)


def _template_view(kept: Template) -> TemplateView:
    return TemplateView(
        kept.name,
        kept.layout,
        kept.version,
        is_starter=False,
        created_at=kept.created_at,
        updated_at=kept.updated_at,
    )


def _kit_view(kept: BrandKit) -> KitView:
    return KitView(kept.name, kept.kit, kept.version, kept.created_at, kept.updated_at)


def _check_name(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise InputRefused.of("name", f"of a {what}: 1 to 63 letters a-z, digits and hyphens, the first no hyphen")


def _check_room(there: int, most: int, what: str) -> None:
    if there >= most:
        raise StateConflict(f"This workspace has {there} {what}, which is the most; remove one first.")


def _meant(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(known) or 'none'}"


def picture_problems(session: Session, workspace_id: UUID, uploads: Mapping[str, UUID]) -> list[FieldProblem]:
    """Which of these uploads, by their paths, are not there or no pictures."""
    if not uploads:
        return []
    query = select(Upload.id, Upload.media_type).where(Upload.id.in_(uploads.values()), is_kept(workspace_id))
    found = {upload_id: essence(media_type) for upload_id, media_type in session.execute(query.with_for_update())}
    pictures = media_types(FileKind.IMAGE)
    problems = []
    for path, upload_id in uploads.items():
        if upload_id not in found:
            problems.append(FieldProblem(path, f"there is no upload {upload_id} in this workspace"))
        elif found[upload_id] not in pictures:
            problems.append(FieldProblem(path, f"is {found[upload_id]}; this takes {', '.join(pictures)}"))
    return problems


def uploads_shown(layout: Layout) -> dict[str, UUID]:
    """The uploads that a template shows in every creative, by their paths in it."""
    return {
        f"layers.{index}.upload": layer.upload
        for index, layer in enumerate(layout.layers)
        if isinstance(layer, ImageLayer) and layer.upload is not None
    }


def _keep_pictures(session: Session, workspace_id: UUID, uploads: Mapping[str, UUID]) -> None:
    """Keep what a template or a kit shows from being removed for want of use. Raises ``InputRefused``."""
    problems = picture_problems(session, workspace_id, uploads)
    if problems:
        raise InputRefused(problems)
    if uploads:
        kept = update(Upload).where(Upload.workspace_id == workspace_id, Upload.id.in_(uploads.values()))
        session.execute(kept.values(expires_at=func.now() + _FOR_GOOD))


def _let_go(session: Session, workspace_id: UUID, uploads: Collection[str]) -> None:
    """From now on these are kept as any upload is, but for those that another template or kit shows."""
    if not uploads:
        return
    still = {upload for kept in repository.list_kits(session, workspace_id) for upload in _uploads_of_kit(kept.kit)}
    for template in repository.list_templates(session, workspace_id):
        still |= _uploads_of_layout(template.layout)
    free = [UUID(upload) for upload in set(uploads) - still]
    if free:
        session.execute(
            update(Upload)
            .where(Upload.workspace_id == workspace_id, Upload.id.in_(free))
            .values(expires_at=func.now() + KEPT_UNUSED)
        )


def _uploads_of_kit(kit: Mapping[str, Any]) -> set[str]:
    return {logo["upload"] for logo in kit.get("logos", {}).values()}


def _uploads_of_layout(layout: Mapping[str, Any]) -> set[str]:
    return {layer["upload"] for layer in layout["layers"] if layer.get("upload")}
