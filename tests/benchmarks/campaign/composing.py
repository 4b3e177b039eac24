"""Creatives a second, composed and stored by the platform, against a loop over libvips that writes the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from shared.artifacts import uploads
from shared.artifacts.inspector import inspected
from shared.clock import utc_now
from shared.db import session_scope
from shared.jobs import pauses, service
from shared.jobs.models import Job
from shared.jobs.pauses import PauseTarget
from shared.jobs.request import MAX_BULK_JOBS, JobRequest
from shared.jobs.states import TERMINAL, JobState
from shared.queue.names import QueueName
from shared.storage.s3 import get_store
from tests.benchmarks.campaign import pieces
from tests.benchmarks.engine.servers import empty_tables, new_workspaces
from tests.benchmarks.figure import Figure, at_least
from worker.builtin import COMPOSITE_MODEL

_PICTURES = 12
_CORES = 2
_PATIENCE_SECONDS = 600


def measure(folder: Path, quick: bool) -> Iterator[Figure]:
    """Pairs in turn: the platform, then the loop. First as in a campaign, whose creatives share pictures; then not."""
    yield from _compared(folder / "shared", 96 if quick else 384, _PICTURES, 1 if quick else 3, "")
    yield from _compared(folder / "own", 96, 96, 1 if quick else 3, ", no two with one picture")


def _compared(folder: Path, creatives: int, count: int, rounds: int, condition: str) -> Iterator[Figure]:
    folder.mkdir(parents=True)
    empty_tables()
    (workspace_id,) = new_workspaces(1)
    with _compositor(folder):
        pictures = _send_pictures(folder, workspace_id, count)
        _ours(workspace_id, pictures, 16, 0)
        ours, theirs = [], []
        for turn in range(rounds):
            ours.append(creatives / _ours(workspace_id, pictures, creatives, (turn + 1) * 1000))
            theirs.append(creatives / _loop(folder, creatives))
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    name = f"1080 x 1080 creatives/s, composed and stored{condition}"
    yield Figure.median("composing", f"{name} ÷ a loop over libvips", ratios, goal=at_least(0.7))
    yield Figure.median("composing", name, ours, "/s")
    yield Figure.median("composing", f"the loop, which writes files{condition}", theirs, "/s")


@contextmanager
def _compositor(folder: Path) -> Iterator[None]:
    """A compositor with a process a core, registered and ready."""
    ready = folder / "ready"
    environment = {
        **os.environ,
        "BOTTEGA_COMPOSITOR_PROCESSES": str(_CORES),
        "BOTTEGA_READY_FILE": str(ready),
        "BOTTEGA_SPOOL_DIR": str(folder / "spool"),
    }
    with (folder / "compositor.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.serve", "compositor"], env=environment, stdout=log, stderr=log
        )
        try:
            _until(ready.exists)
            yield
        finally:
            process.terminate()
            process.wait(timeout=60)


def _send_pictures(folder: Path, workspace_id: UUID, count: int) -> list[tuple[str, str]]:
    """Backdrops and cut-outs, on the disk for the loop and as uploads for the platform: the ids of each pair."""
    pairs = []
    for number in range(count):
        made = {"backdrop": pieces.backdrop(number), "cut-out": pieces.cut_out(number)}
        ids = []
        for kind, body in made.items():
            path = folder / f"{kind}-{number:02}.png"
            path.write_bytes(body)
            with path.open("rb") as source, inspected(source) as file:
                ids.append(str(uploads.receive(get_store(), workspace_id, path.name, file).upload.id))
        pairs.append((ids[0], ids[1]))
    return pairs


def _ours(workspace_id: UUID, pictures: list[tuple[str, str]], creatives: int, first: int) -> float:
    """Seconds from the bell until the last creative is stored and committed."""
    requests = [
        JobRequest(
            model=COMPOSITE_MODEL, input=pieces.scene(first + number, *pictures[number % len(pictures)]), reuse=False
        )
        for number in range(creatives)
    ]
    target = PauseTarget.of_queue(QueueName.COMPOSITION)
    with session_scope() as session:
        pauses.pause(session, target, "until all are accepted")
    for start in range(0, creatives, MAX_BULK_JOBS):
        with session_scope(workspace_id) as session:
            service.submit_many(session, workspace_id, requests[start : start + MAX_BULK_JOBS])
    began = utc_now()
    with session_scope() as session:
        pauses.resume(session, target)
    _until(lambda: not _left(workspace_id))
    with session_scope() as session:
        states = set(session.scalars(select(Job.state).where(Job.workspace_id == workspace_id)))
        assert states == {JobState.SUCCEEDED}, states
        last = session.scalars(select(func.max(Job.finished_at)).where(Job.workspace_id == workspace_id)).one()
    assert last is not None
    return float((last - began).total_seconds())


def _left(workspace_id: UUID) -> bool:
    with session_scope() as session:
        left = select(Job.id).where(Job.workspace_id == workspace_id, Job.state.not_in(TERMINAL)).limit(1)
        return session.scalar(left) is not None


def _loop(folder: Path, creatives: int) -> float:
    """Seconds of the loop in one process a core, less nothing: starting Python is a part of it."""
    out = folder / "loop"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for path in folder.glob("*-*.png"):
        shutil.copy(path, out)
    command = [sys.executable, "-m", "tests.benchmarks.campaign.hand_written", str(out)]
    began = time.perf_counter()
    running = [subprocess.Popen([*command, str(first), str(_CORES), str(creatives)]) for first in range(_CORES)]
    assert [process.wait() for process in running] == [0] * _CORES
    return time.perf_counter() - began


def _until(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the compositor did not end in time")
        time.sleep(0.05)
