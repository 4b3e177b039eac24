"""Batches and campaigns as the client handles them: what is sent once, waited for, and saved whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.batches.states import BatchState
from shared.client import BatchWaitExpired, Client, RequestRefused
from tests.unit.shared.client.batch_server import (
    PLAN,
    batch_document,
    export_document,
    item_document,
    page,
    problem_document,
    upload_document,
)
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer

ID = batch_document()["id"]
ZIP = bytes(range(256)) * 400


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of one row."""
    path = tmp_path / "teas.jsonl"
    path.write_text('{"name": "Assam"}')
    return path


def test_a_file_is_sent_as_a_table_before_its_batch_is_made(
    server: ScriptedServer, client: Client, table: Path
) -> None:
    server.answer(Answer(201, upload_document()), Answer(202, batch_document(BatchState.PLANNING)))

    batch = client.batches.create("starter/adcopy", {"prompt": "{name}"}, table, seed=7, dry_run=True)

    upload, create = server.received
    assert upload.path == "/api/v1/uploads?as=table"
    assert create.path == "/api/v1/batches"
    assert create.body == {
        "name": "teas",
        "model": "starter/adcopy",
        "input": {"prompt": "{name}"},
        "table": {"upload": upload_document()["id"]},
        "seed": 7,
        "priority": "bulk",
        "dry_run": True,
    }
    assert (batch.state, batch.plan) == (BatchState.PLANNING, None)


def test_a_broken_connection_makes_no_second_batch(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(hang_up=True), Answer(202, batch_document()))

    client.batches.create("starter/adcopy", {"prompt": "{name}"}, [{"name": "Assam"}], name="Teas")

    first, second = server.received
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body["rows"] == [{"name": "Assam"}]


def test_a_campaigns_table_can_come_from_a_file(server: ScriptedServer, client: Client, table: Path) -> None:
    server.answer(Answer(201, upload_document()), Answer(202, batch_document(kind="campaign")))

    client.campaigns.create({"name": "Autumn", "rows": [{"name": "?"}], "sizes": ["story"]}, table, launch=True)

    assert server.received[-1].body == {
        "name": "Autumn",
        "sizes": ["story"],
        "launch": True,
        "table": {"upload": upload_document()["id"]},
    }


def test_waiting_ends_when_it_is_planned_and_tells_of_each_change(server: ScriptedServer, client: Client) -> None:
    reading = batch_document(BatchState.PLANNING, rows=10)
    server.answer(Answer(200, reading), Answer(200, reading), Answer(200, batch_document()))
    said: list[int] = []

    batch = client.batches.wait_for_plan(ID, 10, lambda now: said.append(now.rows))

    assert batch.plan == PLAN
    assert said == [10, 24]


def test_waiting_goes_on_to_the_end_or_to_where_a_person_must_act(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(200, batch_document(BatchState.RUNNING)), Answer(200, batch_document(BatchState.COMPLETED)))
    assert client.batches.wait(ID, 10).has_ended

    server.answer(Answer(200, batch_document(BatchState.PLANNED)))
    assert client.batches.wait(ID, 10).state is BatchState.PLANNED


def test_waiting_too_long_says_how_it_stands(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(200, batch_document(BatchState.RUNNING, kind="campaign")))

    with pytest.raises(BatchWaitExpired, match=f"The campaign {ID} is running after 0 s"):
        client.batches.wait(ID, 0)


def test_problems_and_creatives_come_page_by_page(server: ScriptedServer, client: Client) -> None:
    server.answer(
        Answer(200, page(problem_document(3), problem_document(3, None), cursor="3-1")),
        Answer(200, page(problem_document(9))),
    )
    assert [(each.row, each.column) for each in client.batches.problems(ID)] == [
        (3, "headline"),
        (3, ""),
        (9, "headline"),
    ]
    assert server.received[-1].path == f"/api/v1/batches/{ID}/problems?limit=100&cursor=3-1"

    server.answer(Answer(200, page(item_document())))
    (item,) = client.campaigns.creatives(ID, locale="ar", review="pending")
    assert (item.size, item.artifact) == ("1080x1080", None)
    assert server.received[-1].path == f"/api/v1/campaigns/{ID}/creatives?locale=ar&review=pending&limit=100"


def test_a_verdict_is_given_by_ids_in_groups_or_by_a_filter(server: ScriptedServer, client: Client) -> None:
    server.respond = lambda request: Answer(200, {"reviewed": len(request.body.get("items", ("one",)))})

    assert client.campaigns.approve(ID, [str(number) for number in range(1200)]) == 1200
    assert [len(each.body["items"]) for each in server.received] == [1000, 200]
    assert client.campaigns.reject(ID, "cut off", locale="ar", size=None) == 1
    assert server.received[-1].body == {"review": "rejected", "reason": "cut off", "filter": {"locale": "ar"}}


def test_making_anew_is_asked_for_once(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(503, {"code": "database_unavailable"}), Answer(200, batch_document(BatchState.RUNNING)))

    with pytest.raises(RequestRefused):
        client.campaigns.regenerate(ID, ["one"], cells={"headline": "Shorter"})

    assert [each.body for each in server.received] == [{"items": ["one"], "cells": {"headline": "Shorter"}}]


def test_a_zip_appears_whole_or_not_at_all(server: ScriptedServer, client: Client, tmp_path: Path) -> None:
    server.answer(Answer(200, ZIP, truncate=True), Answer(200, ZIP))

    client.batches.download_zip(ID, tmp_path / "new" / "teas.zip", only_approved=True)

    assert [path.name for path in (tmp_path / "new").iterdir()] == ["teas.zip"]
    assert (tmp_path / "new" / "teas.zip").read_bytes() == ZIP
    assert server.received[-1].path == f"/api/v1/batches/{ID}/results.zip?only=approved"


def test_a_manifest_is_what_its_files_ending_says(server: ScriptedServer, client: Client, tmp_path: Path) -> None:
    server.answer(Answer(200, b"row\n"))

    for name in ("m.csv", "m.jsonl"):
        client.campaigns.download_manifest(ID, str(tmp_path / name))

    paths = [each.path for each in server.received]
    assert paths == [f"/api/v1/campaigns/{ID}/manifest.csv", f"/api/v1/campaigns/{ID}/manifest.jsonl"]


def test_an_export_is_ordered_once_and_followed(server: ScriptedServer, client: Client) -> None:
    failed = export_document("failed", error={"message": "the bucket is not yours"})
    server.answer(Answer(503), Answer(202, export_document()), Answer(200, failed))

    export = client.batches.export(ID, {"bucket": "zorvi"}, idempotency_key="monday")
    now = client.batches.export_of(ID, export.id)

    assert [each.headers.get("idempotency-key") for each in server.received] == ["monday", "monday", None]
    assert (now.has_ended, now.error) == (True, "the bucket is not yours")


def test_moves_are_posts_below_the_batch(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(200, batch_document()))
    for move in ("launch", "pause", "resume", "cancel", "retry"):
        getattr(client.campaigns, move)(ID)

    def called(request: Received) -> str:
        return f"{request.method} {request.path.rpartition('/')[2]}"

    assert list(map(called, server.received)) == [
        f"POST {move}" for move in ("launch", "pause", "resume", "cancel", "retry")
    ]
