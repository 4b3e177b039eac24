"""Row 20: another workspace's ids on every route."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import httpx

from tests.faults.campaign import TARGET, make_campaign
from tests.faults.row import NotInjected, Row
from tests.faults.scene import Scene
from tests.faults.stack import FaultStack
from tests.integration.webhooks.receiver import Receiver, status

_TABLES = (
    "jobs",
    "events",
    "artifacts",
    "usage_ledger",
    "webhook_endpoints",
    "webhook_deliveries",
    "idempotency_keys",
    "batches",
    "exports",
)
_ARGUMENT = re.compile(r"<(?:(?P<kind>[a-z_]+)(?:\((?P<choices>[^)]*)\))?:)?(?P<name>[a-z_]+)>")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("PATCH", "/api/v1/jobs/<uuid:job_id>"): {"priority": "bulk"},
    ("POST", "/jobs/<uuid:job_id>/priority"): {"priority": "bulk"},
    ("POST", "/api/v1/batches/<uuid:batch_id>/exports"): TARGET,
    ("POST", "/api/v1/campaigns/<uuid:batch_id>/exports"): TARGET,
    ("POST", "/api/v1/campaigns/<uuid:batch_id>/review"): {"review": "approved", "filter": {}},
    ("POST", "/api/v1/campaigns/<uuid:batch_id>/regenerate"): {"items": [str(UUID(int=1))]},
    ("POST", "/campaigns/<uuid:batch_id>/exports"): TARGET,
    ("POST", "/campaigns/<uuid:batch_id>/review"): {"verdict": "approved", "item": str(UUID(int=1))},
    ("POST", "/campaigns/<uuid:batch_id>/creatives/<uuid:item_id>/review"): {"verdict": "approved"},
}
"""What a route must be sent so that it does not refuse the body before it looks at the id."""


@dataclass(frozen=True, slots=True)
class Request:
    """One route, aimed at one thing of the other workspace."""

    method: str
    rule: str
    path: str


def inject(scene: Scene) -> None:
    """404 to a stranger with a key and to one who signed in, on whatever has an id; and no row is touched."""
    key, key_id = _stranger(scene)
    known = _as_program("tests.faults.routes", key_id, stack=scene.stack)
    connection, listener = scene.stack.connection(), Receiver(status(204))
    with _client(connection.url, connection.api_key) as owner, _client(connection.url, key) as stranger:
        ids = _things(scene, owner, listener)
        requests = list(_requests(known["routes"], ids))
        _are_there(owner, requests)
        before = _fingerprint(scene, ids)
        with httpx.Client(base_url=connection.url, timeout=10, trust_env=False) as visitor:
            visitor.get("/sign-in", params={"token": known["token"]})
            for request in requests:
                _is_hidden(stranger if request.path.startswith("/api/") else visitor, request)
        for listing in ("jobs", "webhook-endpoints", "webhook-deliveries"):
            assert stranger.get(f"/api/v1/{listing}").json()["items"] == [], f"a stranger sees {listing}"
        assert _fingerprint(scene, ids) == before, "a stranger changed something"
        _has_nothing(scene, key_id)
        owner.delete(f"/api/v1/webhook-endpoints/{ids['endpoint_id'][0]}").raise_for_status()
    listener.close()
    scene.note(f"{len(requests)} requests")
    scene.over()
    scene.go(scene.place("looked-at"))
    scene.load.resume()


def _stranger(scene: Scene) -> tuple[str, str]:
    """A key of another workspace, and its id."""
    name = scene.name.replace("_", "-")
    _as_program("shared.cli", "workspaces", "create", name, "--json", stack=scene.stack)
    made = _as_program("shared.cli", "keys", "create", "--workspace", name, "--json", stack=scene.stack)
    return made["api_key"], made["id"]


def _as_program(module: str, *arguments: str, stack: FaultStack) -> dict[str, Any]:
    base = {name: value for name, value in os.environ.items() if not name.startswith("BOTTEGA_")}
    command = [sys.executable, "-m", module, *arguments]
    result = subprocess.run(command, env={**base, **stack.environment}, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise NotInjected(result.stderr[-500:])
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def _things(scene: Scene, owner: httpx.Client, listener: Receiver) -> dict[str, list[str]]:
    """Ids of things that the load's workspace has, by the names that routes give them."""
    receipt = scene.send(f"{scene.name}: a thing to look at")
    scene.until_ended(receipt)
    scene.until(lambda: receipt.job_id in scene.recorder.ended(), "a delivery")
    endpoint = owner.post("/api/v1/webhook-endpoints", json={"url": listener.url}).json()["id"]
    job = owner.get(f"/api/v1/jobs/{receipt.job_id}").json()
    held = scene.send(f"hold@{scene.place('looked-at')} words")
    scene.reached(scene.place("looked-at"))
    scene.load.pause()
    upload = owner.post("/api/v1/uploads", content=scene.name.encode(), headers={"Content-Type": "text/plain"})
    campaign = make_campaign(scene, owner)
    query = "SELECT id::text AS id FROM webhook_deliveries ORDER BY id DESC LIMIT 1"
    return {
        "job_id": [job["id"], held.job_id],
        "artifact_id": [job["artifacts"][0]["id"]],
        "endpoint_id": [endpoint],
        "upload_id": [upload.raise_for_status().json()["id"]],
        "delivery_id": [scene.rows(query)[0]["id"]],
        **{name: [one] for name, one in campaign.items()},
    }


def _requests(routes: list[tuple[str, list[str], list[str]]], ids: Mapping[str, list[str]]) -> Iterator[Request]:
    for rule, methods, _ in routes:
        named = list(_ARGUMENT.finditer(rule))
        if not any(argument["kind"] == "uuid" for argument in named):
            continue
        if unknown := [each["name"] for each in named if each["kind"] == "uuid" and each["name"] not in ids]:
            raise NotInjected(f"there is nothing to call {rule} with: no {unknown[0]}")
        for method in methods:
            if method in ("HEAD", "OPTIONS"):
                continue
            for values in product(*(_values(argument, ids) for argument in named)):
                yield Request(method, rule, _filled(rule, values))


def _filled(rule: str, values: Sequence[str]) -> str:
    """A route's address, with the values in the places of its arguments."""
    remaining = iter(values)
    return _ARGUMENT.sub(lambda _: next(remaining), rule)


def _values(argument: re.Match[str], ids: Mapping[str, list[str]]) -> list[str]:
    """What an argument of a route is given: each id that there is, or each of its choices."""
    if argument["kind"] == "uuid":
        return ids[argument["name"]]
    return [choice.strip() for choice in argument["choices"].split(",")]


def _are_there(owner: httpx.Client, requests: list[Request]) -> None:
    """To the owner most of these addresses lead somewhere: else a 404 would say nothing."""
    looked_at = [request for request in requests if request.method == "GET" and request.path.startswith("/api/")]
    found = 0
    for request in looked_at:
        with owner.stream("GET", request.path) as answer:
            found += answer.is_success or answer.is_redirect
    if not looked_at or found < 0.9 * len(looked_at):
        raise NotInjected(f"the owner finds {found} of {len(looked_at)}")


def _is_hidden(client: httpx.Client, request: Request) -> None:
    body = _BODIES.get((request.method, request.rule))
    if request.path.startswith("/api/"):
        answer = client.request(request.method, request.path, json=body)
    elif request.method == "GET":
        answer = client.get(request.path)
    else:
        token = _TOKEN.search(client.get("/jobs").text)
        data = {"csrf_token": token[1] if token else "", **(body or {})}
        answer = client.request(request.method, request.path, data=data)
    if answer.status_code in (400, 415, 422):
        raise NotInjected(f"{request.method} {request.rule} wants another body: {answer.text[:200]}")
    assert answer.status_code == 404, f"{request.method} {request.path} was answered {answer.status_code}"


def _fingerprint(scene: Scene, ids: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """What must not change in the owner's things."""
    columns = "id, state, cancel_requested_at, priority, labels, webhook_url"
    jobs = scene.rows(f"SELECT {columns} FROM jobs WHERE id::text = ANY(:ids) ORDER BY id", ids=ids["job_id"])
    endpoints = scene.rows("SELECT * FROM webhook_endpoints ORDER BY id")
    batches = scene.rows("SELECT id, state, name, upload_id FROM batches ORDER BY id")
    items = scene.rows("SELECT id, review, attempt, changes FROM batch_items ORDER BY id")
    return [*jobs, *endpoints, *batches, *items]


def _has_nothing(scene: Scene, key_id: str) -> None:
    """Not one row came to be in the stranger's workspace."""
    of_stranger = "workspace_id = (SELECT workspace_id FROM api_keys WHERE id::text = :key)"
    for table in _TABLES:
        [counted] = scene.rows(f"SELECT count(*) AS made FROM {table} WHERE {of_stranger}", key=key_id)
        assert counted["made"] == 0, f"{table} has {counted['made']} rows of the stranger"


def _client(url: str, key: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10, trust_env=False)


ROW = Row(20, "another workspace's ids on every route", "HTTP, with a key and signed in", 45, inject)
