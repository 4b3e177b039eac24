"""Results by the thousand: sent while they are made, in little memory, from the web as it is run."""

from __future__ import annotations

import zipfile
from pathlib import Path
from uuid import UUID

import httpx
import psutil
import pytest

from tests.integration.batches import workshop
from tests.integration.batches.many_results import FILE, make_results

RESULTS = 3_000
MOST_BYTES = 64 * 1024 * 1024
"""What ten thousand may take, too: it does not grow with their number."""


@pytest.fixture
def batch_id(workspace_id: UUID, models: None) -> UUID:
    """A batch with thousands of results of 20 kB."""
    batch_id = workshop.submit(workspace_id, workshop.table(workshop.teas(1)))
    make_results(workspace_id, batch_id, RESULTS)
    return batch_id


def web_memory() -> int:
    """Bytes that the web's processes have in memory of their own."""
    processes = [each for each in psutil.Process().children(recursive=True) if "gunicorn" in " ".join(each.cmdline())]
    assert processes
    return sum(each.memory_full_info().uss for each in processes)


@pytest.mark.timeout(900)
def test_a_zip_of_thousands_of_results_is_streamed_in_little_memory_while_others_are_answered(
    web_url: str, api_key: str, batch_id: UUID, tmp_path: Path
) -> None:
    headers = {"Authorization": f"Bearer {api_key}"}
    base = f"{web_url}/api/v1/batches/{batch_id}"
    # What a process serves first loads the store's client.
    assert httpx.get(f"{base}/manifest.csv", headers=headers, timeout=120).text.count("\n") == RESULTS + 1
    before, most, answered = web_memory(), 0, []
    path = tmp_path / "teas.zip"

    with (
        httpx.stream("GET", f"{base}/results.zip", headers=headers, timeout=120) as reply,
        path.open("wb") as file,
    ):
        assert reply.status_code == 200
        for place, chunk in enumerate(reply.iter_bytes(1 << 20)):
            file.write(chunk)
            if not place % 20:
                most = max(most, web_memory())
                answered.append(httpx.get(f"{web_url}/healthz", timeout=30).status_code)

    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert (len(set(names)), names[-1]) == (RESULTS + 1, "manifest.csv")
        assert archive.read("tea-2999.txt") == FILE
        assert archive.read("manifest.csv").count(b"\r\n") == RESULTS + 1
    assert set(answered) == {200}
    assert most - before < MOST_BYTES, f"{most - before} bytes for {path.stat().st_size}"
