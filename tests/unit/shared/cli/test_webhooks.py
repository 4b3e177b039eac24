"""``bottega webhooks`` and ``bottega workers``."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.unit.shared.cli.conftest import Run
from tests.unit.shared.client.scripted_server import Answer, ScriptedServer

ID = str(UUID(int=7))
EVENT = str(UUID(int=8))
ENDPOINTS, DELIVERIES = "/api/v1/webhook-endpoints", "/api/v1/webhook-deliveries"
ENDPOINT = {
    "id": ID,
    "url": "https://example.com/hook",
    "description": "ours",
    "state": "enabled",
    "events": ["job.failed"],
    "created_at": "2026-11-23T10:00:00.000Z",
}
ATTEMPT = {
    "started_at": "2026-11-23T10:00:01.000Z",
    "milliseconds": 21,
    "address": "192.0.2.1",
    "status": 503,
    "error": None,
    "response": "come back later",
}


def delivery(**changes: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "event_id": EVENT,
        "event_type": "job.failed",
        "endpoint_id": ID,
        "url": "https://example.com/hook",
        "state": "pending",
        "attempts": 1,
        "next_attempt_at": "2026-11-23T10:05:00.000Z",
        "created_at": "2026-11-23T10:00:00.000Z",
        "finished_at": None,
        **changes,
    }


def test_endpoints_are_listed_with_whole_ids(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, {"items": [ENDPOINT]}))
    shown = run("webhooks", "endpoints", "list", *at).stdout
    assert ID in shown
    assert "job.failed" in shown
    assert json.loads(run("webhooks", "endpoints", "list", "--json", *at).stdout) == [ENDPOINT]


def test_adding_prints_the_id_and_the_secret_alone(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(201, {**ENDPOINT, "secret": "whsec_c2VjcmV0"}))

    result = run("webhooks", "endpoints", "add", "https://example.com/hook", "--event", "job.failed", *at)

    assert result.stdout.split() == [ID, "whsec_c2VjcmV0"]
    assert server.received[0].body == {"url": "https://example.com/hook", "events": ["job.failed"], "description": ""}


@pytest.mark.parametrize("command", [["add", "https://example.com/hook"], ["rotate", ID]])
def test_what_must_not_happen_twice_is_sent_once(
    run: Run, server: ScriptedServer, at: list[str], command: list[str]
) -> None:
    server.answer(Answer(hang_up=True))
    assert run("webhooks", "endpoints", *command, *at).exit_code == 5
    assert len(server.received) == 1


@pytest.mark.parametrize("act", ["enable", "disable"])
def test_an_endpoint_is_switched(run: Run, server: ScriptedServer, at: list[str], act: str) -> None:
    server.answer(Answer(200, {**ENDPOINT, "state": f"{act}d"}))
    assert f"{act}d" in run("webhooks", "endpoints", act, ID, *at).stdout
    assert (server.received[0].method, server.received[0].path) == ("POST", f"{ENDPOINTS}/{ID}/{act}")


def test_an_endpoint_is_deleted_rotated_tested_and_shown(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(
        Answer(204, b""), Answer(200, {"secret": "whsec_bmV3"}), Answer(202, {"event_id": EVENT}), Answer(200, ENDPOINT)
    )

    assert "gone" in run("webhooks", "endpoints", "delete", ID, *at).stdout
    assert run("webhooks", "endpoints", "rotate", ID, *at).stdout == "whsec_bmV3\n"
    assert run("webhooks", "endpoints", "test", ID, *at).stdout == f"{EVENT}\n"
    assert "ours" in run("webhooks", "endpoints", "show", ID, *at).stdout

    assert [(request.method, request.path) for request in server.received] == [
        ("DELETE", f"{ENDPOINTS}/{ID}"),
        ("POST", f"{ENDPOINTS}/{ID}/rotate"),
        ("POST", f"{ENDPOINTS}/{ID}/test"),
        ("GET", f"{ENDPOINTS}/{ID}"),
    ]


def test_deliveries_are_filtered_and_paged(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(
        Answer(200, {"items": [delivery()], "next_cursor": ID}),
        Answer(200, {"items": [delivery()], "next_cursor": None}),
    )

    filters = ["--endpoint", ID, "--event", EVENT, "--state", "failed", "--limit", "5"]
    found = json.loads(run("webhooks", "deliveries", "list", *filters, "--json", *at).stdout)

    assert len(found) == 2
    query = f"endpoint_id={ID}&state=failed&event_id={EVENT}"
    assert [request.path for request in server.received] == [
        f"{DELIVERIES}?{query}&limit=5",
        f"{DELIVERIES}?{query}&limit=4&cursor={ID}",
    ]


def test_a_delivery_is_shown_with_every_attempt(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(200, delivery(body='{"type":"job.failed"}', log=[ATTEMPT])))
    shown = run("webhooks", "deliveries", "show", ID, *at).stdout
    for fact in ('{"type":"job.failed"}', EVENT, "503", "21 ms", "192.0.2.1", "come back later", "next attempt: now"):
        assert fact in shown


def test_a_replay_says_so(run: Run, server: ScriptedServer, at: list[str]) -> None:
    server.answer(Answer(202, delivery(attempts=0)))
    assert "on its way" in run("webhooks", "deliveries", "replay", ID, *at).stdout
    assert server.received[0].path == f"{DELIVERIES}/{ID}/replay"


def test_workers_are_listed_with_what_they_did(run: Run, server: ScriptedServer, at: list[str]) -> None:
    worker = {
        "id": ID,
        "queue": "generation",
        "state": "running",
        "host": "forge",
        "process_id": 4711,
        "device": "cuda:0",
        "model": "starter/backdrops",
        "jobs_done": 815,
        "started_at": "2026-11-23T10:00:00.000Z",
        "seen_at": "2026-11-23T10:00:05.000Z",
    }
    server.answer(Answer(200, {"items": [worker]}))
    shown = run("workers", *at).stdout
    for fact in ("generation", "forge", "4711", "cuda:0", "starter/backdrops", "815"):
        assert fact in shown
    assert json.loads(run("workers", "--json", *at).stdout) == [worker]
