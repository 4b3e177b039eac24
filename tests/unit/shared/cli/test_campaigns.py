"""``bottega campaigns``, ``templates`` and ``brand-kits`` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.batches.states import BatchState
from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.batch_server import (
    batch_document,
    item_document,
    page,
    problem_document,
    template_document,
    upload_document,
)
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document

ID = batch_document()["id"]
ITEM = item_document()["id"]
PICTURE = b"\x89PNG"
ARTIFACT = {
    "id": "a1",
    "index": 0,
    "media_type": "image/png",
    "size": len(PICTURE),
    "sha256": "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543",
    "facts": {},
}


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """A campaign as a person writes it down."""
    path = tmp_path / "campaign.json"
    path.write_text(json.dumps({"name": "Autumn", "templates": ["starter/hero"], "sizes": ["story"]}))
    return path


def platform(request: Received) -> Answer:
    """Takes a table, and plans a campaign of it at once."""
    if request.path.startswith("/api/v1/uploads"):
        return Answer(201, upload_document())
    if "/problems" in request.path:
        return Answer(200, page(*(problem_document(row) for row in range(1, 12)), cursor=None))
    if request.path == "/api/v1/campaigns":
        return Answer(202, batch_document(BatchState.PLANNING, kind="campaign"))
    return Answer(200, batch_document(kind="campaign"))


def test_a_campaign_is_planned_and_shown_before_anything_is_spent(
    run: Run, server: ScriptedServer, at: list[str], request_file: Path, tmp_path: Path
) -> None:
    server.respond = platform
    table = tmp_path / "products.jsonl"
    table.write_text('{"headline": "Assam"}')

    result = run("campaigns", "create", request_file, "--table", table, *at)

    assert result.exit_code == 0, result.stderr
    (body,) = [each.body for each in server.received if each.path == "/api/v1/campaigns"]
    assert body["launch"] is False
    assert body["table"] == {"upload": upload_document()["id"]}
    assert "736 (2 templates × 4 sizes × 4 locales a row)" in result.stdout
    assert "Pictures" in result.stdout
    assert f"and more: bottega campaigns problems {ID}" in result.stdout
    assert f"bottega campaigns launch {ID}" in result.stdout


def test_a_file_that_is_no_campaign_is_a_usage_error(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "campaign.json"
    for text, said in (("[1]", "does not hold a JSON object"), ("{", "is not JSON")):
        path.write_text(text)
        result = run("campaigns", "create", path, *at)
        assert result.exit_code == 2
        assert said in result.stderr
    assert "cannot be read" in run("campaigns", "create", tmp_path / "missing.json", *at).stderr
    assert server.received == []


def test_the_plan_is_printed_as_json_for_scripts(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.respond = platform
    assert json.loads(run("campaigns", "plan", ID, "--json", *at).stdout)["generations"]["images"]["needed"] == 8


def test_creatives_are_listed_by_what_they_are(run: Run, server: ScriptedServer, at: list[str]) -> None:
    rejected = item_document(review="rejected", review_reason="the cup is cut off")
    server.answer(Answer(200, page(rejected)))

    result = run("campaigns", "creatives", ID, "--locale", "ar", "--review", "rejected", *at)

    assert server.received[-1].path.endswith("/creatives?locale=ar&review=rejected&limit=50")
    assert "starter/hero" in result.stdout
    assert "the cup is cut off" in result.stdout


def test_what_waits_for_a_verdict_is_saved_by_its_id(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    made = item_document(artifact=ARTIFACT)
    done = item_document(id="other", review="approved", artifact=ARTIFACT)
    server.respond = lambda request: Answer(200, PICTURE if "/artifacts/" in request.path else page(made, done))

    result = run("campaigns", "review", ID, "--out", tmp_path, *at)

    assert result.exit_code == 0, result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [f"{ITEM}_tea-1_starter-hero_1080x1080_en.png"]
    assert {tuple(line.split()) for line in result.stdout.splitlines()[1:]} == {
        ("starter/hero", "en", "approved", "1"),
        ("starter/hero", "en", "pending", "1"),
    }


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("approve", ID, ITEM), {"review": "approved", "items": [ITEM]}),
        (
            ("approve", ID, "--all"),
            {"review": "approved", "filter": {"state": "succeeded", "review": "pending"}},
        ),
        (
            ("reject", ID, "--locale", "ar", "-r", "cut off"),
            {
                "review": "rejected",
                "reason": "cut off",
                "filter": {"locale": "ar", "state": "succeeded", "review": "pending"},
            },
        ),
    ],
)
def test_a_verdict_is_given_to_what_was_chosen(
    run: Run, server: ScriptedServer, at: list[str], arguments: tuple[str, ...], body: dict[str, Any]
) -> None:
    server.answer(Answer(200, {"reviewed": 1}))
    result = run("campaigns", *arguments, *at)
    assert result.exit_code == 0, result.stderr
    assert server.received[-1].body == body


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("approve", ID), "Choose creatives"),
        (("approve", ID, ITEM, "--all"), "Choose creatives"),
        (("reject", ID, ITEM), "--reason"),
        (("regenerate", ID, ITEM), "--seed"),
        (("regenerate", ID, ITEM, "-c", "headline"), "name=value"),
    ],
)
def test_a_verdict_on_nothing_or_without_words_is_a_usage_error(
    run: Run, server: ScriptedServer, at: list[str], arguments: tuple[str, ...], said: str
) -> None:
    result = run("campaigns", *arguments, *at)
    assert result.exit_code == 2
    assert said in result.stderr
    assert server.received == []


def test_creatives_are_made_anew_with_other_words(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, batch_document(BatchState.RUNNING, kind="campaign")))
    result = run("campaigns", "regenerate", ID, ITEM, "--cell", "headline=Short", "--seed", "8", *at)
    assert result.exit_code == 0, result.stderr
    assert server.received[-1].body == {"items": [ITEM], "seed": 8, "cells": {"headline": "Short"}}


def test_templates_are_listed_with_their_fields_and_shown_as_json(
    run: Run, server: ScriptedServer, at: list[str]
) -> None:
    own = template_document(fields=[{"name": "headline"}, {"name": "product"}])
    server.respond = lambda request: Answer(
        200, {**own, "layout": {"version": 1}} if request.path.endswith("/spring") else {"items": [own]}
    )
    assert "headline, product" in run("templates", "list", *at).stdout
    assert json.loads(run("templates", "show", "spring", *at).stdout) == {"version": 1}


def test_a_template_is_kept_once_or_in_the_place_of_another(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "layout.json"
    path.write_text('{"version": 1}')
    server.answer(Answer(201, template_document()))
    for options in ((), ("--replace",)):
        assert run("templates", "add", "spring", path, *options, *at).exit_code == 0
    assert [(each.method, each.path) for each in server.received] == [
        ("POST", "/api/v1/templates"),
        ("PUT", "/api/v1/templates/spring"),
    ]


def test_what_is_wrong_with_a_layout_is_said_place_by_place(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "layout.json"
    path.write_text("{}")
    server.answer(Answer(200, {"valid": False, "errors": [{"path": "layers.0.box", "message": "is missing"}]}))
    for group in ("templates", "brand-kits"):
        result = run(group, "check", path, *at)
        assert result.exit_code == 3
        assert "layers.0.box: is missing" in result.stdout


def test_a_preview_saves_a_picture_of_each_size_and_locale(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    drawn = job_document(state="succeeded", artifacts=[ARTIFACT], finished_at="2026-11-23T10:00:02.000Z")
    made = {"template": "starter/hero", "size": "story", "locale": "ar", "row": 1, "job": drawn}
    error = {"code": "text_does_not_fit", "message": "the headline does not fit"}
    bad = {**made, "locale": "en", "job": job_document(id="bad", state="failed", error=error)}

    def answer(request: Received) -> Answer:
        if request.path.endswith("/preview"):
            return Answer(200, {"items": [made, bad]})
        if "/artifacts/" in request.path:
            return Answer(200, PICTURE)
        return Answer(200, bad["job"] if "/bad" in request.path else drawn)

    server.respond = answer
    result = run(
        *("templates", "preview", "starter/hero", "--size", "story", "--locale", "ar", "--locale", "en"),
        *("-c", "headline=Tea", "--out", tmp_path, *at),
    )

    assert result.exit_code == 4, "one of them could not be drawn"
    assert server.received[0].body == {
        "templates": ["starter/hero"],
        "sizes": ["story"],
        "locales": ["ar", "en"],
        "rows": [{"headline": "Tea"}],
    }
    assert [path.name for path in tmp_path.iterdir()] == ["hero_story_ar_1.png"]
    assert "story en, row 1: the headline does not fit" in result.stderr


def test_brand_kits_are_kept_listed_shown_and_removed(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "kit.json"
    path.write_text('{"colors": {}}')
    kit = {"name": "zorvi", "title": "Zorvi", "version": 2, "kit": {"colors": {}}}
    server.answer(Answer(201, kit))
    assert "zorvi  version 2" in run("brand-kits", "add", "zorvi", path, *at).stdout
    assert json.loads(run("brand-kits", "show", "zorvi", *at).stdout) == {"colors": {}}
    server.answer(Answer(200, {"items": [kit]}))
    assert "Zorvi" in run("brand-kits", "list", *at).stdout
    server.answer(Answer(204, b""))
    assert "is gone" in run("brand-kits", "remove", "zorvi", *at).stdout


def test_a_kit_whose_logos_lie_beside_it_is_checked_without_sending_them(
    run: Run, server: ScriptedServer, at: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "kit.json"
    path.write_text(json.dumps({"logos": {"dark": {"upload": "dark.png"}, "light": {"upload": "gone.png"}}}))
    (tmp_path / "dark.png").write_bytes(PICTURE)
    server.answer(Answer(200, {"valid": True, "errors": []}))

    result = run("brand-kits", "check", path, *at)

    assert result.exit_code == 3
    assert "kit.logos.light.upload: gone.png cannot be read: No such file" in result.stdout
    assert "dark" not in result.stdout
    (asked,) = server.received
    assert asked.path.endswith("/brand-kits/validate")
    assert {UUID(logo["upload"]) for logo in asked.body["kit"]["logos"].values()}, "the server is shown ids"
