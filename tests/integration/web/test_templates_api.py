"""Templates over HTTP: those that ship, one's own, and what is wrong with a layout."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.integration.web.caller import Caller
from web.api.campaign_examples import LAYOUT
from web.api.schemas.templates import Template


def layout(**changes: Any) -> dict[str, Any]:
    """A layout that can be used, with what differs."""
    return {**LAYOUT, **changes}


def test_templates_that_ship_are_listed_with_the_fields_that_they_show(api: Caller) -> None:
    items = api.get("/templates").get_json()["items"]

    assert len(items) >= 6
    hero = next(item for item in items if item["name"] == "starter/hero")
    assert hero["is_starter"]
    assert {"headline", "product"} <= {field["name"] for field in hero["fields"]}
    assert "layout" not in hero
    whole = api.get("/templates/starter/hero").get_json()
    assert whole["layout"]["layers"]
    TypeAdapter(Template).validate_python(whole, strict=True, extra="forbid")


def test_a_template_is_kept_found_replaced_and_removed(api: Caller) -> None:
    made = api.post("/templates", {"name": "spring", "layout": layout()})
    assert (made.status_code, made.get_json()["version"]) == (201, 1)
    assert api.get("/templates/spring").get_json() == made.get_json()
    assert api.get("/templates").get_json()["items"][-1]["name"] == "spring"

    put = api.put("/templates/spring", {"layout": layout(title="Late spring")})
    assert (put.status_code, put.get_json()["version"], put.get_json()["title"]) == (200, 2, "Late spring")

    assert api.delete("/templates/spring").status_code == 204
    assert api.get("/templates/spring").status_code == 404
    assert api.delete("/templates/spring").status_code == 404


def test_the_same_template_twice_is_one_and_another_of_its_name_is_refused(api: Caller) -> None:
    body = {"name": "spring", "layout": layout()}
    first = api.post("/templates", body).get_json()

    again = api.post("/templates", body)
    other = api.post("/templates", {"name": "spring", "layout": layout(title="Other")})

    assert (again.status_code, again.get_json()) == (200, first)
    assert (other.status_code, other.get_json()["code"]) == (409, "state_conflict")
    assert "PUT it to replace it" in other.get_json()["detail"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"layers": []}, "layout.layers"),
        ({"titel": "x"}, "layout.titel"),
        ({"layers": [{**LAYOUT["layers"][0], "box": {"width": "wide"}}]}, "layout.layers.0.box.width"),
        ({"fields": []}, "layout"),
    ],
)
def test_each_place_of_a_layout_that_is_wrong_is_named(api: Caller, changes: dict[str, Any], path: str) -> None:
    refused = api.post("/templates", {"name": "spring", "layout": layout(**changes)})
    verdict = api.post("/templates/validate", {"layout": layout(**changes)}).get_json()

    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["path"].startswith(path)
    assert verdict == {"valid": False, "errors": refused.get_json()["errors"]}
    assert api.post("/templates/validate", {"layout": layout()}).get_json() == {"valid": True, "errors": []}


@pytest.mark.parametrize("name", ["Spring", "a/b", "", "-x"])
def test_a_name_that_is_no_plain_word_is_refused(api: Caller, name: str) -> None:
    reply = api.post("/templates", {"name": name, "layout": layout()})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "name")


def test_what_ships_cannot_be_changed_or_removed(api: Caller) -> None:
    reply = api.post("/templates", {"name": "starter/hero", "layout": layout()})
    assert (reply.status_code, "starter/hero" in reply.get_json()["detail"]) == (409, True)
    assert api.delete("/templates/starter/hero").status_code == 405


def test_a_name_that_is_almost_right_is_answered_by_the_right_one(api: Caller) -> None:
    reply = api.get("/templates/starter/heros")
    assert reply.status_code == 404
    assert "did you mean 'starter/hero'?" in reply.get_json()["detail"]


def test_a_workspace_sees_its_own_templates_only(api: Caller, stranger: Caller, reader: Caller) -> None:
    api.post("/templates", {"name": "spring", "layout": layout()})

    assert stranger.get("/templates/spring").status_code == 404
    assert all(item["is_starter"] for item in stranger.get("/templates").get_json()["items"])
    assert reader.get("/templates/spring").status_code == 200
    assert reader.post("/templates", {"name": "x", "layout": layout()}).status_code == 403
