"""What the web takes to send a ZIP of ten thousand results, from a process as it is run."""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from shared.accounts.service import Scope, create_api_key
from shared.db import session_scope
from shared.stack import Stack
from tests.benchmarks.campaign.accepting import begin, submit, upload
from tests.benchmarks.campaign.tables import table
from tests.benchmarks.figure import Figure, at_most
from tests.integration.batches.many_results import FILE, make_results
from tests.integration.web.web_process import web_process

_MIB = 1024 * 1024


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """One ZIP, after a first small request that loads the store's client."""
    results = 1_000 if quick else 10_000
    workspace_id = begin(folder)
    batch_id = submit(workspace_id, upload(workspace_id, table(1)))
    make_results(workspace_id, batch_id, results)
    with session_scope() as session:
        key = create_api_key(session, workspace_id, "fetching", frozenset({Scope.READ})).secret
    with _web(folder) as web:
        assert web.web_url is not None
        found = _fetch(f"{web.web_url}/api/v1/batches/{batch_id}", key, results)
    name = f"ZIP of {results:,} files"
    yield Figure("fetching", f"{name}, what the web takes for it", found["grown"] / _MIB, "MiB", at_most(64))
    yield Figure("fetching", name, results / found["seconds"], "files/s")


def _web(folder: Path) -> Stack:
    """Under gunicorn, on this benchmark's servers."""
    settings = {name: value for name, value in os.environ.items() if name.startswith("BOTTEGA_")}
    return web_process(settings, folder / "web")


def _fetch(address: str, key: str, results: int) -> dict[str, float]:
    """``seconds``, and ``grown``: how many bytes more the web's processes have of their own than before."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(headers=headers, timeout=300, trust_env=False) as client, tempfile.TemporaryFile() as file:
        client.get(f"{address}/manifest.csv").raise_for_status()
        before = most = _web_memory()
        began = time.perf_counter()
        with client.stream("GET", f"{address}/results.zip") as reply:
            for place, chunk in enumerate(reply.raise_for_status().iter_bytes(1 << 20)):
                file.write(chunk)
                if not place % 20:
                    most = max(most, _web_memory())
        seconds = time.perf_counter() - began
        with zipfile.ZipFile(file) as archive:
            assert len(archive.namelist()) == results + 1
            assert archive.read(archive.namelist()[0]) == FILE
    return {"seconds": seconds, "grown": float(most - before)}


def _web_memory() -> int:
    processes = [each for each in psutil.Process().children(recursive=True) if "gunicorn" in " ".join(each.cmdline())]
    assert processes
    return sum(int(each.memory_full_info().uss) for each in processes)
