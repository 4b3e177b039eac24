"""Brand kits over HTTP: kept, replaced, and refused place by place."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from tests.integration.web.caller import Caller

KIT: dict[str, Any] = {
    "title": "Zorvi",
    "colors": {"primary": "#0b3d2e"},
    "fonts": {"heading": {"family": "League Spartan", "weight": 700}},
    "tone": "warm",
    "banned_words": ["cheap"],
}


def logo() -> bytes:
    """A small PNG."""
    file = io.BytesIO()
    Image.new("RGBA", (64, 32), "#0b3d2e").save(file, "PNG")
    return file.getvalue()


def test_a_kit_is_kept_with_its_logo_found_replaced_and_removed(api: Caller) -> None:
    upload = api.send_file(logo(), "logo.png")
    kit = {**KIT, "logos": {"light": {"upload": upload}}}

    made = api.post("/brand-kits", {"name": "zorvi", "kit": kit})

    assert (made.status_code, made.get_json()["kit"]) == (201, kit)
    assert api.get("/brand-kits/zorvi").get_json() == made.get_json()
    assert [item["name"] for item in api.get("/brand-kits").get_json()["items"]] == ["zorvi"]
    put = api.put("/brand-kits/zorvi", {"kit": KIT}).get_json()
    assert (put["version"], put["kit"]) == (2, KIT)
    assert api.delete("/brand-kits/zorvi").status_code == 204
    assert api.get("/brand-kits/zorvi").status_code == 404


def test_the_same_kit_twice_is_one_and_another_of_its_name_is_refused(api: Caller) -> None:
    body = {"name": "zorvi", "kit": KIT}
    first = api.post("/brand-kits", body).get_json()

    again = api.post("/brand-kits", body)

    assert (again.status_code, again.get_json()) == (200, first)
    assert api.post("/brand-kits", {"name": "zorvi", "kit": {**KIT, "tone": "loud"}}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"colors": {"primary": "green"}}, "kit.colors.primary"),
        ({"fonts": {"heading": {"family": "Comic"}}}, "kit.fonts.heading.family"),
        ({"logo": {}}, "kit.logo"),
    ],
)
def test_each_place_of_a_kit_that_is_wrong_is_named(api: Caller, changes: dict[str, Any], path: str) -> None:
    refused = api.put("/brand-kits/zorvi", {"kit": {**KIT, **changes}})
    verdict = api.post("/brand-kits/validate", {"kit": {**KIT, **changes}}).get_json()

    assert (refused.status_code, refused.get_json()["errors"][0]["path"]) == (422, path)
    assert verdict == {"valid": False, "errors": refused.get_json()["errors"]}
    assert api.post("/brand-kits/validate", {"kit": KIT}).get_json() == {"valid": True, "errors": []}


def test_a_logo_of_another_workspace_is_none(api: Caller, stranger: Caller) -> None:
    upload = stranger.send_file(logo(), "logo.png")
    reply = api.post("/brand-kits", {"name": "zorvi", "kit": {**KIT, "logos": {"dark": {"upload": upload}}}})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "kit.logos.dark.upload")


def test_a_workspace_sees_its_own_kits_only(api: Caller, stranger: Caller, reader: Caller) -> None:
    api.post("/brand-kits", {"name": "zorvi", "kit": KIT})

    assert stranger.get("/brand-kits").get_json() == {"items": []}
    assert stranger.delete("/brand-kits/zorvi").status_code == 404
    assert reader.delete("/brand-kits/zorvi").status_code == 403
    assert reader.get("/brand-kits/zorvi").status_code == 200
