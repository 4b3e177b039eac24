"""Who gets in, and to what."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, update

from shared.accounts.models import ApiKey
from shared.db import session_scope
from shared.identifiers import new_id
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with
from web.auth import Door, access_of


def addresses(app: APIFlask, door: Door) -> list[tuple[str, str]]:
    """``(method, address)`` of every route behind a door, with ids that exist nowhere."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access is not None and access.door is door:
            values = {name: "x" if name in ("owner", "name") else new_id() for name in rule.arguments}
            with app.test_request_context():
                address = rule.build(values)
            assert address is not None
            found += [(method, address[1]) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    assert found
    return sorted(found)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer bott_nothing"},
        {"Authorization": "Basic Ym90dF86eA=="},
        {"Authorization": "bott_nothing"},
    ],
    ids=["none", "empty", "unknown", "basic", "bare"],
)
def test_no_route_of_the_api_answers_without_a_key(app: APIFlask, database: None, headers: dict[str, str]) -> None:
    client = app.test_client()
    for method, address in addresses(app, Door.API_KEY):
        reply = client.open(address, method=method, headers=headers, json={})
        assert (reply.status_code, reply.get_json()["code"]) == (401, "unauthenticated"), (method, address)


def test_a_session_cookie_opens_no_route_of_the_api(app: APIFlask, api_key: str) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as session:
        token = session["csrf_token"]
    with app.test_request_context():
        from itsdangerous import URLSafeTimedSerializer

        signed = URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(token)
    assert client.post("/sign-in", data={"api_key": api_key, "csrf_token": signed}).status_code == 303
    assert client.get("/jobs").status_code == 200
    assert client.get("/api/v1/jobs").status_code == 401


def test_no_page_opens_to_an_api_key(app: APIFlask, api_key: str) -> None:
    reply = app.test_client().get("/jobs", headers={"Authorization": f"Bearer {api_key}"})
    assert (reply.status_code, reply.headers["Location"]) == (303, "/sign-in?next=%2Fjobs")


def test_a_revoked_key_is_no_key_at_once(api: Caller, workspace_id: UUID) -> None:
    assert api.get("/jobs").status_code == 200
    with session_scope() as session:
        session.execute(update(ApiKey).where(ApiKey.workspace_id == workspace_id).values(revoked_at=func.now()))
    assert api.get("/jobs").status_code == 401


def test_an_expired_key_is_no_key(api: Caller, workspace_id: UUID) -> None:
    with session_scope() as session:
        gone = func.now() - timedelta(seconds=1)
        session.execute(update(ApiKey).where(ApiKey.workspace_id == workspace_id).values(expires_at=gone))
    assert api.get("/jobs").status_code == 401


def test_a_key_that_may_read_can_change_nothing(reader: Caller, app: APIFlask) -> None:
    assert reader.get("/jobs").status_code == 200
    for method, address in addresses(app, Door.API_KEY):
        if method != "GET":
            reply = reader.send(method, address.removeprefix("/api/v1"))
            assert (reply.status_code, reply.get_json()["code"]) == (403, "forbidden"), (method, address)
    assert reader.get("/webhook-secret").status_code == 403


def test_everything_of_another_workspace_is_as_if_it_were_not_there(api: Caller, stranger: Caller) -> None:
    job = api.submit()
    finish_with(b"Wake up.")
    artifact = api.get(f"/jobs/{job['id']}").get_json()["artifacts"][0]
    endpoint = api.post("/webhook-endpoints", {"url": "http://127.0.0.1:9999/hook"}).get_json()
    api.post(f"/webhook-endpoints/{endpoint['id']}/test")
    delivery = api.get("/webhook-deliveries").get_json()["items"][0]
    asked = [
        ("GET", f"/jobs/{job['id']}"),
        ("GET", f"/jobs/{job['id']}/timeline"),
        ("GET", f"/jobs/{job['id']}/events"),
        ("POST", f"/jobs/{job['id']}/cancel"),
        ("POST", f"/jobs/{job['id']}/retry"),
        ("GET", f"/artifacts/{artifact['id']}"),
        ("GET", f"/artifacts/{artifact['id']}/content"),
        ("GET", f"/webhook-endpoints/{endpoint['id']}"),
        ("POST", f"/webhook-endpoints/{endpoint['id']}/test"),
        ("POST", f"/webhook-endpoints/{endpoint['id']}/rotate"),
        ("POST", f"/webhook-endpoints/{endpoint['id']}/disable"),
        ("POST", f"/webhook-endpoints/{endpoint['id']}/enable"),
        ("DELETE", f"/webhook-endpoints/{endpoint['id']}"),
        ("GET", f"/webhook-deliveries/{delivery['id']}"),
        ("POST", f"/webhook-deliveries/{delivery['id']}/replay"),
    ]
    for method, path in asked:
        reply = stranger.send(method, path)
        assert (reply.status_code, reply.get_json()["code"]) == (404, "not_found"), (method, path)
        mine = api.get(path) if method == "GET" else None
        assert mine is None or mine.status_code == 200, path
    for path in ("/jobs", "/webhook-endpoints", "/webhook-deliveries"):
        assert stranger.get(path).get_json()["items"] == []


def test_a_job_cannot_depend_on_another_workspaces(api: Caller, stranger: Caller) -> None:
    theirs = api.submit()
    body = {"model": "starter/adcopy", "input": {"prompt": "x"}, "depends_on": [theirs["id"]]}
    reply = stranger.post("/jobs", body)
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "depends_on.0")
