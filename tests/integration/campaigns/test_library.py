"""Templates and brand kits as a workspace keeps them."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from shared.artifacts.models import Upload
from shared.campaigns import service, starter
from shared.campaigns.document import kit_document, template_document
from shared.clock import utc_now
from shared.db import session_scope
from shared.errors import InputRefused, NotFound, StateConflict
from shared.identifiers import new_id
from tests.integration.campaigns import studio
from tests.integration.jobs.actions import another_workspace
from tests.integration.sent_files import send

KIT: dict[str, Any] = {"title": "Zorvi", "colors": {"primary": "#1f4e4a"}, "tone": "bold"}


def days_kept(upload_id: UUID) -> int:
    """How long an upload is kept from now on."""
    with session_scope() as session:
        left: timedelta = session.get_one(Upload, upload_id).expires_at - utc_now()
        return round(left.total_seconds() / 86_400)


def save_kit(workspace_id: UUID, kit: dict[str, Any], name: str = "zorvi") -> service.KitView:
    with session_scope(workspace_id) as session:
        return service.save_kit(session, workspace_id, name, kit)


def refusal(workspace_id: UUID, kit: dict[str, Any], name: str = "zorvi") -> dict[str, str]:
    """The problems of a kit by their paths."""
    with pytest.raises(InputRefused) as refused:
        save_kit(workspace_id, kit, name)
    return {problem.path: problem.message for problem in refused.value.problems}


def test_a_template_is_kept_listed_after_those_that_ship_changed_and_removed(studio_id: UUID) -> None:
    with session_scope(studio_id) as session:
        listed = service.list_templates(session, studio_id)
        kept = service.get_template(session, studio_id, "card")

    assert [view.name for view in listed] == [*starter.documents(), "card"]
    assert template_document(kept)["layout"] == studio.LAYOUT
    assert (kept.version, kept.is_starter) == (1, False)

    studio.save_template(studio_id)
    with session_scope(studio_id) as session:
        assert service.get_template(session, studio_id, "card").version == 1, "nothing differs"
    studio.save_template(studio_id, lambda layout: layout.update(title="Cards"))
    with session_scope(studio_id) as session:
        changed = service.get_template(session, studio_id, "card")
        assert (changed.version, template_document(changed)["title"]) == (2, "Cards")
        service.remove_template(session, studio_id, "card")
        with pytest.raises(NotFound, match="No template is called 'card'"):
            service.get_template(session, studio_id, "card")


def test_a_template_that_ships_is_read_and_never_removed(studio_id: UUID) -> None:
    with session_scope(studio_id) as session:
        assert service.get_template(session, studio_id, "starter/hero").read().title
        with pytest.raises(StateConflict, match="ships with the project"):
            service.remove_template(session, studio_id, "starter/hero")


def test_a_template_with_problems_is_refused_with_their_paths(studio_id: UUID) -> None:
    layout = deepcopy(studio.LAYOUT)
    layout["layers"][1] |= {"field": None, "upload": str(new_id())}
    layout["layers"][1].pop("field")
    layout["fields"].pop(1)

    with session_scope(studio_id) as session, pytest.raises(InputRefused) as refused:
        service.save_template(session, studio_id, "other", layout)

    (problem,) = refused.value.problems
    assert problem.path == "layout.layers.1.upload"
    assert "there is no upload" in problem.message


@pytest.mark.parametrize("name", ["Zorvi", "starter/hero", "", "-a", "a" * 64, "ä"])
def test_a_name_is_plain(studio_id: UUID, name: str) -> None:
    assert "letters a-z, digits and hyphens" in refusal(studio_id, KIT, name)["name"]


def test_a_brand_kit_is_kept_listed_changed_and_removed(studio_id: UUID) -> None:
    assert save_kit(studio_id, KIT).version == 1
    assert save_kit(studio_id, {**KIT, "tone": "calm"}).version == 2
    with session_scope(studio_id) as session:
        (listed,) = service.list_kits(session, studio_id)
        assert kit_document(listed)["kit"] == {**KIT, "tone": "calm"}
        with pytest.raises(NotFound, match="did you mean 'zorvi'"):
            service.get_kit(session, studio_id, "zorvy")
        service.remove_kit(session, studio_id, "zorvi")
        with pytest.raises(NotFound):
            service.remove_kit(session, studio_id, "zorvi")


@pytest.mark.parametrize(
    ("kit", "path", "message"),
    [
        ({}, "kit.title", "is missing"),
        ({**KIT, "colors": {"primary": "teal"}}, "kit.colors.primary", "pattern"),
        ({**KIT, "colours": {}}, "kit.colours", "did you mean 'colors'?"),
        ({**KIT, "fonts": {"body": {"family": "Comic Sans"}}}, "kit.fonts.body.family", "the font pack has Noto Sans"),
        ({**KIT, "logos": {"dark": {"upload": "no"}}}, "kit.logos.dark.upload", "must be an id"),
        ({**KIT, "banned_words": {"default": [""]}}, "kit.banned_words.default.0", "must not be empty"),
    ],
)
def test_a_kit_with_problems_is_refused_with_their_paths(
    studio_id: UUID, kit: dict[str, Any], path: str, message: str
) -> None:
    assert message in refusal(studio_id, kit)[path]


def test_a_logo_is_a_picture_that_is_there_and_stays_as_long_as_its_kit(studio_id: UUID) -> None:
    logo, text = studio.send_picture(studio_id, "logo.png"), send(studio_id, b"no picture").id
    path = "kit.logos.dark.upload"

    assert "there is no upload" in refusal(studio_id, {**KIT, "logos": {"dark": {"upload": str(new_id())}}})[path]
    assert "is text/plain; this takes" in refusal(studio_id, {**KIT, "logos": {"dark": {"upload": str(text)}}})[path]
    branded = {**KIT, "logos": {"dark": {"upload": str(logo)}}}
    save_kit(studio_id, branded)
    save_kit(studio_id, branded, "second")
    assert days_kept(logo) > 10_000
    save_kit(studio_id, KIT)
    assert days_kept(logo) > 10_000, "the second kit shows it still"
    with session_scope(studio_id) as session:
        service.remove_kit(session, studio_id, "second")
    assert days_kept(logo) == 30


def test_another_workspace_sees_neither_templates_nor_kits(studio_id: UUID) -> None:
    save_kit(studio_id, KIT)
    other = another_workspace("other")

    with session_scope(other) as session:
        assert service.list_kits(session, other) == []
        assert service.list_kits(session, studio_id) == [], "row-level security keeps them apart"
        assert [view for view in service.list_templates(session, studio_id) if not view.is_starter] == []
        with pytest.raises(NotFound):
            service.remove_kit(session, studio_id, "zorvi")
