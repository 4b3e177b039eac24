"""Endpoints and deliveries over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from shared.accounts.models import Workspace
from shared.db import session_scope
from shared.webhooks.signing import SigningSecret
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with

HOOK = "http://127.0.0.1:9999/hook"


@pytest.fixture
def endpoint(api: Caller) -> dict[str, Any]:
    """An endpoint that wants to hear of everything."""
    document: dict[str, Any] = api.post("/webhook-endpoints", {"url": HOOK, "description": "ours"}).get_json()
    return document


def test_a_secret_is_shown_when_it_is_made_and_never_again(api: Caller, endpoint: dict[str, Any]) -> None:
    SigningSecret.parse(endpoint["secret"])
    (listed,) = api.get("/webhook-endpoints").get_json()["items"]
    assert listed == {name: value for name, value in endpoint.items() if name != "secret"}
    assert api.get(f"/webhook-endpoints/{endpoint['id']}").get_json() == listed


def test_one_address_is_added_once(api: Caller, endpoint: dict[str, Any]) -> None:
    assert api.post("/webhook-endpoints", {"url": HOOK}).status_code == 409


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"url": "gopher://x"}, "url"),
        ({"url": ""}, "url"),
        ({"events": ["job.exploded"]}, "events.0"),
        ({"secret": "x"}, "secret"),
    ],
)
def test_a_bad_field_is_named(api: Caller, change: dict[str, Any], path: str) -> None:
    reply = api.post("/webhook-endpoints", {"url": HOOK, **change})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, path)


def test_rotating_gives_another_secret(api: Caller, endpoint: dict[str, Any]) -> None:
    fresh = api.post(f"/webhook-endpoints/{endpoint['id']}/rotate").get_json()["secret"]
    SigningSecret.parse(fresh)
    assert fresh != endpoint["secret"]


def test_a_removed_endpoint_is_gone(api: Caller, endpoint: dict[str, Any]) -> None:
    reply = api.delete(f"/webhook-endpoints/{endpoint['id']}")
    assert (reply.status_code, reply.data) == (204, b"")
    assert api.get(f"/webhook-endpoints/{endpoint['id']}").status_code == 404


def test_a_disabled_endpoint_takes_no_test_until_it_is_enabled(api: Caller, endpoint: dict[str, Any]) -> None:
    path = f"/webhook-endpoints/{endpoint['id']}"
    assert api.post(f"{path}/disable").get_json()["state"] == "disabled"
    assert api.post(f"{path}/test").status_code == 409
    assert api.post(f"{path}/enable").get_json()["state"] == "enabled"
    assert api.post(f"{path}/test").status_code == 202


def test_a_test_is_a_delivery_like_any_other(api: Caller, endpoint: dict[str, Any]) -> None:
    event_id = api.post(f"/webhook-endpoints/{endpoint['id']}/test").get_json()["event_id"]
    (listed,) = api.get("/webhook-deliveries").get_json()["items"]
    assert (listed["event_id"], listed["state"]) == (event_id, "pending")
    delivery = api.get(f"/webhook-deliveries/{listed['id']}").get_json()
    assert '"type":"webhook.test"' in delivery["body"]
    assert delivery["log"] == []


def test_deliveries_are_paged_and_can_be_of_one_endpoint(api: Caller, endpoint: dict[str, Any]) -> None:
    for number in range(3):
        api.submit(f"slogan {number}", webhook_url="http://127.0.0.1:9999/job")
        finish_with(b"Wake up.")
    everything = api.get("/webhook-deliveries?limit=100").get_json()["items"]
    of_endpoint = api.get(f"/webhook-deliveries?limit=100&endpoint_id={endpoint['id']}").get_json()["items"]
    assert {each["endpoint_id"] for each in of_endpoint} == {endpoint["id"]}
    assert len(everything) == len(of_endpoint) + 3
    first = api.get("/webhook-deliveries?limit=4").get_json()
    rest = api.get(f"/webhook-deliveries?limit=100&cursor={first['next_cursor']}").get_json()
    assert [each["id"] for each in (*first["items"], *rest["items"])] == [each["id"] for each in everything]
    assert rest["next_cursor"] is None


def test_deliveries_name_their_event_and_can_be_of_one_state_or_event(api: Caller, endpoint: dict[str, Any]) -> None:
    api.submit()
    finish_with(b"Wake up.")
    everything = api.get("/webhook-deliveries").get_json()["items"]
    assert [each["event_type"] for each in everything] == ["job.succeeded", "job.started"]
    assert api.get("/webhook-deliveries?state=pending").get_json()["items"] == everything
    assert api.get("/webhook-deliveries?state=failed").get_json()["items"] == []
    of_event = api.get(f"/webhook-deliveries?event_id={everything[1]['event_id']}").get_json()["items"]
    assert of_event == everything[1:]
    assert api.get("/webhook-deliveries?state=lost").status_code == 422


def test_a_replay_begins_anew_under_the_same_id(api: Caller, endpoint: dict[str, Any]) -> None:
    api.post(f"/webhook-endpoints/{endpoint['id']}/test")
    (before,) = api.get("/webhook-deliveries").get_json()["items"]
    reply = api.post(f"/webhook-deliveries/{before['id']}/replay")
    assert reply.status_code == 202
    assert reply.get_json()["event_id"] == before["event_id"]
    assert reply.get_json()["state"] == "pending"


def test_the_workspaces_secret_is_the_one_that_signs(api: Caller, workspace_id: UUID) -> None:
    secret = api.get("/webhook-secret").get_json()["secret"]
    with session_scope() as session:
        stored = session.get_one(Workspace, workspace_id).webhook_secret
    assert SigningSecret.parse(secret) == SigningSecret.unseal(stored)
