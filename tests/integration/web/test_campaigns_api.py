"""Campaigns over HTTP: previewed, planned, launched, reviewed, made anew, and fetched by verdict."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from shared.batches.models import Batch
from shared.jobs.models import Job
from tests.integration.batches import workshop
from tests.integration.campaigns import studio
from tests.integration.jobs.actions import count
from tests.integration.web.caller import Caller
from web.api.schemas import batches as schemas
from web.api.schemas import campaigns as campaign_schemas


@pytest.fixture(autouse=True)
def _studio(workspace_id: UUID, models: None) -> None:
    """A template called ``card``, and the compositor in the catalog."""
    studio.open_studio(workspace_id)


def body(**fields: Any) -> dict[str, Any]:
    """Three products in two sizes and two locales."""
    asked = {
        "name": "Autumn",
        "rows": studio.ROWS,
        "templates": ["card"],
        "sizes": ["256x256", "story"],
        "locales": ["en", "de"],
        "images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scene}, soft light"}},
    }
    return {**asked, **fields}


def created(api: Caller, **fields: Any) -> str:
    """A campaign that is planned, or launched; its id."""
    reply = api.post("/campaigns", body(**fields))
    assert reply.status_code == 202, reply.text
    workshop.advance()
    return str(reply.get_json()["id"])


def completed(api: Caller, workspace_id: UUID) -> str:
    """A campaign all of which has been made; its id."""
    campaign_id = created(api, launch=True)
    studio.run()
    workshop.look_again(workspace_id, UUID(campaign_id))
    assert api.get(f"/campaigns/{campaign_id}").get_json()["state"] == "completed"
    return campaign_id


def creatives(api: Caller, campaign_id: str, query: str = "") -> list[dict[str, Any]]:
    """The campaign's creatives that a query means."""
    found: list[dict[str, Any]] = api.get(f"/campaigns/{campaign_id}/creatives?limit=100{query}").get_json()["items"]
    return found


def test_a_plan_says_what_is_made_before_anything_is_spent(api: Caller) -> None:
    reply = api.post("/campaigns", body())
    campaign_id = reply.get_json()["id"]
    assert api.get(f"/campaigns/{campaign_id}/plan").status_code == 409
    TypeAdapter(schemas.Batch).validate_python(reply.get_json(), strict=True)

    workshop.advance()
    campaign = api.get(f"/campaigns/{campaign_id}").get_json()
    plan = api.get(f"/campaigns/{campaign_id}/plan").get_json()

    assert campaign["plan"] == plan
    assert (campaign["kind"], campaign["state"], campaign["items"]) == ("campaign", "planned", 12)
    assert plan["by"] == {"templates": 1, "sizes": 2, "locales": 2}
    assert plan["generations"]["images"]["needed"] == plan["generations"]["images"]["distinct"] > 0
    TypeAdapter(schemas.Plan).validate_python(plan)
    assert count(Job) == 0
    assert campaign["urls"]["items"].endswith(f"/campaigns/{campaign_id}/creatives")


def test_a_campaign_is_launched_run_and_fetched(api: Caller, workspace_id: UUID) -> None:
    campaign_id = created(api)
    assert api.post(f"/campaigns/{campaign_id}/launch").get_json()["state"] == "launching"
    workshop.advance()
    studio.run()
    workshop.look_again(workspace_id, UUID(campaign_id))

    found = creatives(api, campaign_id)
    assert len(found) == 12
    assert {item["state"] for item in found} == {"succeeded"}
    for item in found[:2]:
        TypeAdapter(schemas.Item).validate_python(item, strict=True)
    assert len(creatives(api, campaign_id, "&size=story&locale=de")) == 3
    assert len(creatives(api, campaign_id, "&custom_id=lamp&template=card")) == 4
    with zipfile.ZipFile(io.BytesIO(api.get(f"/campaigns/{campaign_id}/results.zip").data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == 13
        assert "lamp_card_256x256_en.txt" in archive.namelist()
    assert len(api.get(f"/campaigns/{campaign_id}/manifest.jsonl").text.splitlines()) == 12


def test_the_same_campaign_again_makes_nothing(api: Caller, workspace_id: UUID) -> None:
    completed(api, workspace_id)

    again = created(api, launch=True)

    assert api.get(f"/campaigns/{again}/plan").get_json()["generations"]["images"]["needed"] == 0
    assert studio.run() == []
    workshop.look_again(workspace_id, UUID(again))
    assert api.get(f"/campaigns/{again}").get_json()["state"] == "completed"


def test_only_what_was_approved_is_fetched_when_asked(api: Caller, workspace_id: UUID) -> None:
    campaign_id = completed(api, workspace_id)
    german = {"review": "approved", "filter": {"locale": "de", "size": "story"}}
    first = creatives(api, campaign_id)[0]["id"]

    assert api.post(f"/campaigns/{campaign_id}/review", german).get_json() == {"reviewed": 3}
    rejected = {"review": "rejected", "reason": "The lamp is cut off.", "items": [first]}
    assert api.post(f"/campaigns/{campaign_id}/review", rejected).get_json() == {"reviewed": 1}

    (item,) = creatives(api, campaign_id, "&review=rejected")
    assert (item["id"], item["review_reason"]) == (first, "The lamp is cut off.")
    with zipfile.ZipFile(io.BytesIO(api.get(f"/campaigns/{campaign_id}/results.zip?only=approved").data)) as archive:
        assert len(archive.namelist()) == 4
    lines = api.get(f"/campaigns/{campaign_id}/manifest.jsonl?only=approved").text.splitlines()
    assert {json.loads(line)["locale"] for line in lines} == {"de"}
    assert api.get(f"/campaigns/{campaign_id}/results.zip?only=rejected").status_code == 422


@pytest.mark.parametrize(
    ("verdict", "path"),
    [
        ({"review": "approved"}, "body"),
        ({"review": "fine", "filter": {}}, "review"),
        ({"review": "rejected", "filter": {}}, "reason"),
        ({"review": "approved", "items": []}, "items"),
        ({"review": "approved", "filter": {"lcale": "de"}}, "filter.lcale"),
    ],
)
def test_a_verdict_that_says_too_little_is_refused(api: Caller, verdict: dict[str, Any], path: str) -> None:
    campaign_id = created(api)
    reply = api.post(f"/campaigns/{campaign_id}/review", verdict)
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, path)


def test_what_has_not_been_made_cannot_be_approved(api: Caller) -> None:
    campaign_id = created(api, launch=True)
    waiting = creatives(api, campaign_id)[0]["id"]
    reply = api.post(f"/campaigns/{campaign_id}/review", {"review": "approved", "items": [waiting]})
    assert (reply.status_code, reply.get_json()["code"]) == (409, "state_conflict")


def test_a_creative_is_made_anew_with_other_words(api: Caller, workspace_id: UUID) -> None:
    campaign_id = completed(api, workspace_id)
    (item,) = creatives(api, campaign_id, "&custom_id=lamp&size=story&locale=en")
    api.post(f"/campaigns/{campaign_id}/review", {"review": "approved", "items": [item["id"]]})

    reply = api.post(f"/campaigns/{campaign_id}/regenerate", {"items": [item["id"]], "cells": {"headline": "Glow"}})

    assert reply.get_json()["state"] == "running"
    workshop.advance()
    workshop.look_again(workspace_id, UUID(campaign_id))
    studio.run()
    workshop.look_again(workspace_id, UUID(campaign_id))
    (anew,) = creatives(api, campaign_id, "&custom_id=lamp&size=story&locale=en")
    assert (anew["id"], anew["attempt"], anew["review"]) == (item["id"], 2, "pending")
    assert anew["changes"]["cells"] == {"headline": "Glow"}
    assert anew["job"] != item["job"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({}, "seed"),
        ({"seed": 0}, "seed"),
        ({"cells": {"headlin": "x"}}, "cells.headlin"),
        ({"cells": {"headline": "x" * 41}}, "cells.headline"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_by_its_field(
    api: Caller, workspace_id: UUID, change: dict[str, Any], path: str
) -> None:
    campaign_id = completed(api, workspace_id)
    item = creatives(api, campaign_id)[0]["id"]
    reply = api.post(f"/campaigns/{campaign_id}/regenerate", {"items": [item], **change})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, path)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"templates": ["crad"]}, "templates.0"),
        ({"sizes": ["1080by1080"]}, "sizes.0"),
        ({"locales": ["en", "klingonisch"]}, "locales.1"),
        ({"brand_kit": "zorvi"}, "brand_kit"),
        ({"images": {"backdrop": {"model": "starter/backdrop", "prompt": "x"}}}, "images.backdrop.model"),
        ({"images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scen}"}}}, "images.backdrop.prompt"),
        ({"columns": {"headline": "Title"}}, "columns.headline"),
        ({"rows": []}, "rows"),
        ({"output": {"format": "gif"}}, "output.format"),
        ({"lunch": True}, "lunch"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_field(api: Caller, fields: dict[str, Any], path: str) -> None:
    reply = api.post("/campaigns", body(**fields))
    assert reply.status_code == 422, reply.text
    assert reply.get_json()["errors"][0]["path"] == path
    assert count(Batch) == 0


def test_one_key_makes_one_campaign(api: Caller) -> None:
    key = {"Idempotency-Key": "autumn"}
    first = api.post("/campaigns", body(), key).get_json()
    assert api.post("/campaigns", body(), key).get_json()["id"] == first["id"]
    assert api.post("/campaigns", body(seed=8), key).get_json()["code"] == "idempotency_key_reused"
    assert count(Batch) == 1


def test_a_preview_is_jobs_of_composites_and_made_once_a_key(api: Caller) -> None:
    request = {"templates": ["card"], "sizes": ["256x256", "story"], "locales": ["en"], "rows": studio.ROWS[:2]}
    key = {"Idempotency-Key": "look"}

    first = api.post("/campaigns/preview", request, key)
    again = api.post("/campaigns/preview", request, key)

    assert (first.status_code, again.get_json()) == (202, first.get_json())
    TypeAdapter(campaign_schemas.Preview).validate_python(first.get_json(), strict=True)
    items = first.get_json()["items"]
    assert [(item["size"], item["row"]) for item in items] == [
        ("256x256", 1),
        ("256x256", 2),
        ("story", 1),
        ("story", 2),
    ]
    assert {item["job"]["model"] for item in items} == {"bottega/composite"}
    assert count(Job) == 4


def test_a_preview_of_a_layout_that_is_not_kept_waits_for_its_pictures(api: Caller) -> None:
    request = {"layout": studio.LAYOUT, "sizes": ["256x256"], "rows": [{"headline": "Light"}]}
    accepted = api.post("/campaigns/preview", request)
    assert accepted.status_code == 202, accepted.text
    studio.run()

    made = api.post("/campaigns/preview", request, {"Prefer": "wait=10"})

    assert (made.status_code, made.headers["Preference-Applied"]) == (200, "wait=10")
    (item,) = made.get_json()["items"]
    assert (item["job"]["state"], len(item["job"]["artifacts"])) == ("succeeded", 1)


def test_a_preview_does_not_fail_for_the_contrast_of_what_stands_for_a_picture(api: Caller, workspace_id: UUID) -> None:
    picture = str(studio.send_picture(workspace_id))
    contrasts = []
    for images in ({}, {"backdrop": picture, "product": picture}):
        request = {"templates": ["card"], "sizes": ["256x256"], "rows": studio.ROWS[:1], "images": images}
        (item,) = api.post("/campaigns/preview", request).get_json()["items"]
        layers = api.get(f"/jobs/{item['job']['id']}").get_json()["input"]["layers"]
        contrasts.append(next(layer["contrast"] for layer in layers if layer["name"] == "headline"))

    assert contrasts[0] == 0
    assert contrasts[1] > 0


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"sizes": ["1080by1080"]}, "sizes.0"),
        ({"rows": [{"headline": "x"}] * 5}, "rows"),
        ({"templates": []}, "body"),
    ],
)
def test_a_preview_that_cannot_be_drawn_is_refused_by_its_field(api: Caller, fields: dict[str, Any], path: str) -> None:
    request = {"templates": ["card"], "sizes": ["256x256"], **fields}
    reply = api.post("/campaigns/preview", request)
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, path)
    assert count(Job) == 0


def test_a_campaign_is_a_batch_too_and_nobody_elses(api: Caller, stranger: Caller, reader: Caller) -> None:
    campaign_id = created(api)
    assert api.get(f"/batches/{campaign_id}").get_json() == api.get(f"/campaigns/{campaign_id}").get_json()
    assert [each["id"] for each in api.get("/campaigns?state=planned").get_json()["items"]] == [campaign_id]
    for name in ("", "/plan", "/problems", "/creatives", "/results.zip", "/manifest.csv", "/exports", "/events"):
        assert stranger.get(f"/campaigns/{campaign_id}{name}").status_code == 404
    for name in ("launch", "cancel"):
        assert stranger.post(f"/campaigns/{campaign_id}/{name}").status_code == 404
    item = {"items": ["019a1f0b-2b70-7e4a-8d22-97b1d4f3a0c5"]}
    for name, verdict in (("review", {"review": "approved", **item}), ("regenerate", {"seed": 8, **item})):
        assert stranger.post(f"/campaigns/{campaign_id}/{name}", verdict).status_code == 404
        assert reader.post(f"/campaigns/{campaign_id}/{name}", verdict).status_code == 403
