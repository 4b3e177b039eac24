"""Batches over HTTP: planned, launched, held back, called off, tried again, and what they made."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from apiflask import APIFlask
from pydantic import TypeAdapter

from shared.batches import service
from shared.batches.models import Batch
from shared.client.event_stream import parse
from tests.integration.batches import workshop
from tests.integration.jobs.actions import count
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with
from web.api.schemas import batches as schemas

ROWS = [{"custom_id": "assam", "name": "Assam"}, {"custom_id": "sencha", "name": "Sencha"}]


def body(**fields: Any) -> dict[str, Any]:
    """A batch of two slogans."""
    asked = {"name": "Teas", "model": "starter/adcopy", "input": {"prompt": "A slogan for {name}"}, "rows": ROWS}
    return {**asked, **fields}


def created(api: Caller, **fields: Any) -> str:
    """A batch that is planned, and launched unless it is a dry run; its id."""
    reply = api.post("/batches", body(**fields))
    assert reply.status_code == 202, reply.text
    workshop.advance()
    return str(reply.get_json()["id"])


def paths(reply: Any) -> list[str]:
    """Which fields were refused."""
    assert reply.status_code == 422, reply.text
    return [error["path"] for error in reply.get_json()["errors"]]


def look_again(workspace_id: UUID, batch_id: str) -> None:
    """Let a worker see what has become of its jobs."""
    workshop.look_again(workspace_id, UUID(batch_id))


def test_a_dry_run_is_planned_and_spends_nothing_until_it_is_launched(api: Caller, workspace_id: UUID) -> None:
    reply = api.post("/batches", body(dry_run=True))

    assert reply.status_code == 202
    document = reply.get_json()
    assert reply.headers["Location"] == document["urls"]["self"]
    assert (document["state"], document["plan"]) == ("planning", None)
    TypeAdapter(schemas.Batch).validate_python(document, strict=True)

    workshop.advance()
    planned = api.get(f"/batches/{document['id']}").get_json()
    assert (planned["state"], planned["rows"], planned["items"]) == ("planned", 2, 2)
    TypeAdapter(schemas.Plan).validate_python(planned["plan"])
    assert api.get(f"/batches/{document['id']}/items").get_json() == {"items": [], "next_cursor": None}

    assert api.post(f"/batches/{document['id']}/launch").get_json()["state"] == "launching"
    workshop.advance()
    assert api.get(f"/batches/{document['id']}").get_json()["state"] == "running"


def test_an_uploaded_table_is_run_to_its_end_and_fetched_as_a_zip_with_a_manifest(
    api: Caller, workspace_id: UUID
) -> None:
    upload = api.send_file(workshop.table([*ROWS, {"custom_id": "=cmd()", "name": "Mate"}]), "teas.csv", "?as=table")
    batch_id = created(api, rows=None, table={"upload": upload})
    assert workshop.finish_all() == 3
    look_again(workspace_id, batch_id)

    ended = api.get(f"/batches/{batch_id}").get_json()
    assert (ended["state"], ended["progress"], ended["counts"]["succeeded"]) == ("completed", 1.0, 3)
    reply = api.get(f"/batches/{batch_id}/results.zip")
    assert reply.headers["Content-Disposition"] == f'attachment; filename="Teas-{batch_id[-8:]}.zip"'
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["assam.txt", "sencha.txt", "cmd.txt", "manifest.csv"]
        rows = list(csv.DictReader(io.StringIO(archive.read("manifest.csv").decode())))
    assert [row["custom_id"] for row in rows] == ["assam", "sencha", "'=cmd()"]
    assert api.get(f"/batches/{batch_id}/manifest.csv").text.splitlines()[0].startswith("row,custom_id")
    lines = api.get(f"/batches/{batch_id}/manifest.jsonl")
    assert lines.content_type == "application/jsonl"
    assert [json.loads(line)["file"] for line in lines.text.splitlines()] == ["assam.txt", "sencha.txt", "cmd.txt"]


def test_items_are_listed_in_order_with_their_results_and_found_by_filters(api: Caller) -> None:
    batch_id = created(api)
    finish_with(b"Assam, slowly.")

    items = api.get(f"/batches/{batch_id}/items").get_json()["items"]
    assert [(item["row"], item["custom_id"], item["state"]) for item in items] == [
        (1, "assam", "succeeded"),
        (2, "sencha", "queued"),
    ]
    assert items[0]["artifact"]["media_type"] == "text/plain; charset=utf-8"
    for item in items:
        TypeAdapter(schemas.Item).validate_python(item, strict=True)
    first = api.get(f"/batches/{batch_id}/items?limit=1").get_json()
    second = api.get(f"/batches/{batch_id}/items?limit=1&cursor={first['next_cursor']}").get_json()
    assert (second["items"], second["next_cursor"]) == ([items[1]], None)
    assert api.get(f"/batches/{batch_id}/items?state=succeeded").get_json()["items"] == [items[0]]
    assert api.get(f"/batches/{batch_id}/items?row=2").get_json()["items"] == [items[1]]
    assert paths(api.get(f"/batches/{batch_id}/items?state=done")) == ["state"]


def test_every_bad_cell_is_named_page_by_page_and_the_other_rows_run(api: Caller) -> None:
    bad = [{"name": "x" * 10_001}, {"name": "Assam"}, {"name": "y" * 10_001}, {"name": "z" * 10_001}]
    batch_id = created(api, rows=bad)

    first = api.get(f"/batches/{batch_id}/problems?limit=2").get_json()
    second = api.get(f"/batches/{batch_id}/problems?cursor={first['next_cursor']}").get_json()

    found = [*first["items"], *second["items"]]
    assert [(each["row"], each["column"], each["code"]) for each in found] == [
        (1, "name", "too_long"),
        (3, "name", "too_long"),
        (4, "name", "too_long"),
    ]
    TypeAdapter(schemas.Problem).validate_python(found[0], strict=True)
    assert second["next_cursor"] is None
    assert paths(api.get(f"/batches/{batch_id}/problems?cursor=there")) == ["cursor"]
    assert api.get(f"/batches/{batch_id}").get_json()["items"] == 1


def test_one_key_makes_one_batch(api: Caller) -> None:
    key = {"Idempotency-Key": "teas-1"}
    first = api.post("/batches", body(), key)
    again = api.post("/batches", body(), key)
    other = api.post("/batches", body(seed=8), key)

    assert (again.status_code, again.get_json()["id"]) == (202, first.get_json()["id"])
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert count(Batch) == 1
    assert paths(api.post("/batches", body(), {"Idempotency-Key": "x" * 256})) == ["Idempotency-Key"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"model": "starter/adcpy"}, "model"),
        ({"input": {"prompt": "{nam}"}}, "input.prompt"),
        ({"input": {"prompt": "__light__ {name}"}}, "input.prompt"),
        ({"input": {"promt": "{name}"}}, "input.promt"),
        ({"name": " "}, "name"),
        ({"rows": []}, "rows"),
        ({"rows": [{"name": str(number)} for number in range(10_001)]}, "rows"),
        ({"rows": [{"name": ["Assam"]}]}, "rows.0.name"),
        ({"rows": None, "table": {"upload": "019a1f09-4c02-7f31-9a55-0d4bfb3c7e10"}}, "table.upload"),
        ({"priority": "urgent"}, "priority"),
        ({"dryrun": True}, "dryrun"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_its_field(api: Caller, fields: dict[str, Any], path: str) -> None:
    refused = paths(api.post("/batches", body(**fields)))
    assert refused[0].startswith(path)
    assert count(Batch) == 0


def test_a_file_that_was_not_sent_as_a_table_is_none(api: Caller) -> None:
    upload = api.send_file(b"name\nAssam\n", "teas.csv")
    reply = api.post("/batches", body(rows=None, table={"upload": upload}))
    assert paths(reply) == ["table.upload"]
    assert "as=table" in reply.get_json()["errors"][0]["message"]


def test_a_batch_is_paused_resumed_and_canceled(api: Caller) -> None:
    batch_id = created(api)

    assert api.post(f"/batches/{batch_id}/pause").get_json()["state"] == "paused"
    assert workshop.claim() == []
    assert api.post(f"/batches/{batch_id}/resume").get_json()["state"] == "running"
    canceled = api.post(f"/batches/{batch_id}/cancel").get_json()
    assert (canceled["state"], canceled["counts"]["canceled"]) == ("canceled", 2)
    assert api.post(f"/batches/{batch_id}/cancel").status_code == 200


@pytest.mark.parametrize("move", ["resume", "launch", "retry", "pause"])
def test_a_move_that_makes_no_sense_is_a_conflict_that_says_why(api: Caller, move: str) -> None:
    batch_id = created(api, dry_run=move != "launch")
    if move == "launch":
        api.post(f"/batches/{batch_id}/cancel")

    reply = api.post(f"/batches/{batch_id}/{move}")

    assert (reply.status_code, reply.get_json()["code"]) == (409, "state_conflict")
    assert reply.get_json()["detail"].startswith("The batch ")


def test_what_was_called_off_by_itself_is_tried_again(api: Caller, workspace_id: UUID) -> None:
    batch_id = created(api)
    first, second = (str(job.id) for job in workshop.jobs_of(UUID(batch_id)))
    api.post(f"/jobs/{first}/cancel")
    workshop.finish_all()
    look_again(workspace_id, batch_id)
    assert api.get(f"/batches/{batch_id}").get_json()["counts"]["canceled"] == 1

    assert api.post(f"/batches/{batch_id}/retry").get_json()["state"] == "running"
    workshop.advance()
    assert workshop.finish_all() == 1
    look_again(workspace_id, batch_id)

    items = api.get(f"/batches/{batch_id}/items").get_json()["items"]
    assert {(item["state"], item["attempt"]) for item in items} == {("succeeded", 1), ("succeeded", 2)}
    assert second in {item["job"] for item in items}


def test_batches_are_listed_newest_first_by_kind_and_state(api: Caller) -> None:
    first, second = created(api, dry_run=True), created(api)

    assert [each["id"] for each in api.get("/batches").get_json()["items"]] == [second, first]
    page = api.get("/batches?limit=1").get_json()
    assert [each["id"] for each in api.get(f"/batches?cursor={page['next_cursor']}").get_json()["items"]] == [first]
    assert [each["id"] for each in api.get("/batches?state=planned").get_json()["items"]] == [first]
    assert api.get("/batches?kind=campaign").get_json()["items"] == []
    assert api.get("/campaigns").get_json()["items"] == []
    assert api.get(f"/campaigns/{first}").status_code == 404
    assert api.post(f"/campaigns/{first}/launch").status_code == 404


def test_waiting_answers_with_the_plan(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.batch_waiting.time.sleep", lambda _seconds: workshop.advance())

    planned = api.post("/batches", body(dry_run=True), {"Prefer": "wait=20"})

    assert (planned.status_code, planned.get_json()["state"]) == (200, "planned")
    assert planned.headers["Preference-Applied"] == "wait=20"


def test_progress_is_streamed_until_the_end(api: Caller, workspace_id: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    batch_id = created(api)

    def go_on(_seconds: float) -> None:
        workshop.finish_all()
        look_again(workspace_id, batch_id)

    monkeypatch.setattr("web.batch_waiting.time.sleep", go_on)
    reply = api.get(f"/batches/{batch_id}/events")

    assert reply.content_type.startswith("text/event-stream")
    events = [event for event in parse(reply.text.splitlines()) if event is not None]
    assert [(event.kind, json.loads(event.data)["state"]) for event in events] == [
        ("batch", "running"),
        ("end", "completed"),
    ]


def test_an_export_is_ordered_once_and_shows_no_credentials(api: Caller, workspace_id: UUID) -> None:
    batch_id = created(api)
    target = {"bucket": "zorvi", "access_key_id": "AKIA-SECRET", "secret_access_key": "hidden"}
    assert api.post(f"/batches/{batch_id}/exports", target).status_code == 409
    workshop.finish_all()
    look_again(workspace_id, batch_id)

    key = {"Idempotency-Key": "monday"}
    first = api.post(f"/batches/{batch_id}/exports", target, key)
    again = api.post(f"/batches/{batch_id}/exports", target, key)
    other = api.post(f"/batches/{batch_id}/exports", {**target, "bucket": "other"}, key)

    assert (first.status_code, again.get_json()) == (202, first.get_json())
    assert other.get_json()["code"] == "idempotency_key_reused"
    TypeAdapter(schemas.Export).validate_python(first.get_json(), strict=True)
    listed = api.get(f"/batches/{batch_id}/exports").get_json()["items"]
    assert listed == [first.get_json()]
    assert api.get(first.headers["Location"].partition("/api/v1")[2]).get_json() == first.get_json()
    assert "SECRET" not in json.dumps(listed)
    assert "hidden" not in json.dumps(listed)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"pattern": "{locale}.{ext}"}, "pattern"),
        ({"pattern": "{name}.{ext}"}, "pattern"),
        ({"prefix": "a/../b"}, "prefix"),
        ({"endpoint_url": "http://169.254.169.254/"}, "endpoint_url"),
        ({"bucket": ""}, "bucket"),
    ],
)
def test_an_export_that_cannot_be_made_is_refused_by_its_field(
    api: Caller, workspace_id: UUID, fields: dict[str, Any], path: str
) -> None:
    batch_id = created(api)
    workshop.finish_all(stored=False)
    look_again(workspace_id, batch_id)
    target = {"bucket": "zorvi", "access_key_id": "AKIA", "secret_access_key": "hidden", **fields}
    assert paths(api.post(f"/batches/{batch_id}/exports", target)) == [path]


def addresses(batch_id: str) -> Iterator[tuple[str, str]]:
    """Everything below a batch."""
    for name in ("", "/problems", "/items", "/manifest.csv", "/manifest.jsonl", "/results.zip", "/exports", "/events"):
        yield "GET", f"/batches/{batch_id}{name}"
    for name in ("launch", "pause", "resume", "cancel", "retry"):
        yield "POST", f"/batches/{batch_id}/{name}"


def test_somebody_elses_batch_is_not_there(api: Caller, stranger: Caller) -> None:
    batch_id = created(api, dry_run=True)
    for method, address in addresses(batch_id):
        assert stranger.send(method, address).status_code == 404, address
    assert stranger.get("/batches").get_json()["items"] == []


def test_a_reader_may_look_and_change_nothing(api: Caller, reader: Caller, workspace_id: UUID) -> None:
    batch_id = created(api, dry_run=True)
    for method, address in addresses(batch_id):
        if not address.endswith("/events"):
            expected = 200 if method == "GET" else 403
            assert reader.send(method, address).status_code == expected, address
    assert reader.post("/batches", body()).status_code == 403
    assert workshop.act(service.cancel, workspace_id, UUID(batch_id)).finished_at is not None


def test_a_body_of_more_than_a_megabyte_is_refused_before_it_is_read(app: APIFlask, api: Caller) -> None:
    rows = [{"name": "x" * 200} for _ in range(9_999)]
    assert api.post("/batches", body(rows=rows)).status_code == 413
