"""What the web and the dispatcher weigh while a million jobs are queued, against a queue that is empty."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, text

from shared.cli.connection import Connection
from shared.cli.local_stack import LocalStack
from shared.db import make_engine
from shared.stack import platform_processes
from tests.benchmarks.engine.backlog import queue_jobs, settle
from tests.benchmarks.engine.platform_stack import platform_stack
from tests.benchmarks.engine.starter_jobs import text_job
from tests.benchmarks.figure import Figure, at_most
from tests.benchmarks.processes import memory

_WEIGHED = ("web", "dispatcher")
_DISPATCHER_LOOKS_SECONDS = 5.0
_MODEL = "benchmarks/queued"
_REGISTER = text(
    """
    INSERT INTO models (id, name, family, state, title, description, source, revision, defaults, limits, licence)
    VALUES (uuidv7(), :name, 'text', 'enabled', :name, '', 'file:/nowhere', repeat('0', 64), '{}', '{}', 'Apache-2.0')
    """
)


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """The same requests and the same number of the dispatcher's looks before each weighing; no worker runs."""
    queued, requests = (100_000, 25) if quick else (1_000_000, 150)
    wanted = [spec for spec in platform_processes() if spec.name in _WEIGHED]
    with platform_stack(folder, processes=wanted) as stack:
        engine = make_engine(stack.environment["BOTTEGA_DATABASE_URL"])
        _register(engine)
        # The first requests load what every process loads once.
        _use(stack.connection(), requests)
        before = _weigh(stack, requests)
        _fill(engine, queued)
        after = _weigh(stack, requests)
        engine.dispose()
    for name in _WEIGHED:
        figure = f"{name} memory with {queued:,} jobs queued ÷ with none"
        yield Figure("memory", figure, after[name] / before[name], goal=at_most(1.1))
        yield Figure("memory", f"{name} memory with {queued:,} jobs queued", after[name], "MiB")


def _register(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(_REGISTER, {"name": _MODEL})


def _fill(engine: Engine, queued: int) -> None:
    """Every job is of the workspace that the requests are made for: its lists are the longest."""
    with engine.connect() as connection:
        workspace_id = connection.scalars(text("SELECT id FROM workspaces")).one()
    queue_jobs(engine, [workspace_id], [_MODEL], queued)
    settle(engine)


def _weigh(stack: LocalStack, requests: int) -> dict[str, float]:
    """Mebibytes of each process and its children, after it has been used."""
    _use(stack.connection(), requests)
    time.sleep(_DISPATCHER_LOOKS_SECONDS)
    return {name: memory(stack.process(name).pid) for name in _WEIGHED}


def _use(connection: Connection, requests: int) -> None:
    """Submit, look at a job, list them, and scrape, in turn."""
    headers = {"Authorization": f"Bearer {connection.api_key}", "Content-Type": "application/json"}
    web = HTTPConnection(urlsplit(connection.url).netloc, timeout=60)

    def ask(method: str, path: str, body: str | None = None) -> bytes:
        web.request(method, path, body, headers)
        answer = web.getresponse()
        content = answer.read()
        assert answer.status < 300, f"{method} {path}: {answer.status} {content[:300]!r}"
        return content

    try:
        for number in range(requests):
            request = {**text_job(number), "model": _MODEL}
            job = json.loads(ask("POST", "/api/v1/jobs", json.dumps(request)))
            ask("GET", f"/api/v1/jobs/{job['id']}")
            ask("GET", "/api/v1/jobs?limit=100")
            ask("GET", "/metrics")
    finally:
        web.close()
