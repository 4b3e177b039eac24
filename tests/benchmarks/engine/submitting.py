"""Submit jobs over HTTP as several clients that keep their connections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from shared.cli.connection import Connection

_CLIENTS = 4


def submit_all(connection: Connection, requests: Sequence[dict[str, Any]]) -> list[str]:
    """The ids of the jobs, each accepted by a request of its own, in the order given."""
    parts = [requests[client::_CLIENTS] for client in range(_CLIENTS)]
    with ThreadPoolExecutor(_CLIENTS) as clients:
        accepted = list(clients.map(lambda part: _submit_in_turn(connection, part), parts))
    return [accepted[index % _CLIENTS][index // _CLIENTS] for index in range(len(requests))]


def _submit_in_turn(connection: Connection, requests: Sequence[dict[str, Any]]) -> list[str]:
    headers = {"Authorization": f"Bearer {connection.api_key}", "Content-Type": "application/json"}
    web = HTTPConnection(urlsplit(connection.url).netloc, timeout=60)
    ids = []
    try:
        for request in requests:
            web.request("POST", "/api/v1/jobs", json.dumps(request), headers)
            answer = web.getresponse()
            body = answer.read()
            assert answer.status in (200, 201, 202), f"{answer.status}: {body[:500]!r}"
            ids.append(json.loads(body)["id"])
    finally:
        web.close()
    return ids
