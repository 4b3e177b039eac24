"""Submit jobs over HTTP as several clients that keep their connections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from shared.cli.connection import Connection

_CLIENTS = 2
_JOBS_A_REQUEST = 250


def submit_all(connection: Connection, jobs: Sequence[dict[str, Any]]) -> None:
    """Have every job accepted, many by one request. Raises ``AssertionError`` for one that is refused."""
    parts = [jobs[first : first + _JOBS_A_REQUEST] for first in range(0, len(jobs), _JOBS_A_REQUEST)]
    with ThreadPoolExecutor(_CLIENTS) as clients:
        list(clients.map(lambda client: _submit_in_turn(connection, parts[client::_CLIENTS]), range(_CLIENTS)))


def _submit_in_turn(connection: Connection, parts: Sequence[Sequence[dict[str, Any]]]) -> None:
    headers = {"Authorization": f"Bearer {connection.api_key}", "Content-Type": "application/json"}
    web = HTTPConnection(urlsplit(connection.url).netloc, timeout=60)
    try:
        for part in parts:
            web.request("POST", "/api/v1/jobs/bulk", json.dumps({"jobs": part}), headers)
            answer = web.getresponse()
            body = answer.read()
            assert answer.status == 202, f"{answer.status}: {body[:500]!r}"
    finally:
        web.close()
