"""Hundreds of open streams on one web process: each is told everything, other requests go on, nothing is left."""

from __future__ import annotations

import itertools
import re
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psutil
import pytest
from sqlalchemy import text

from shared.db import session_scope
from shared.jobs import progress
from shared.queue.redis import get_redis
from shared.stack import Stack
from tests.integration.jobs.actions import cancel, claim, confirm_cancel, queue_many
from tests.integration.jobs.waiting import until
from tests.integration.web.web_process import web_process

STREAMS = 500
JOBS = 100
REQUESTS = 60
BYTES_A_STREAM = 100_000
"""Of the web process's memory, its greenlet and the kernel's buffers apart: measured at about 45,000."""


class Crowd:
    """Readers of many streams in one thread, over plain sockets."""

    def __init__(self, url: str, key: str) -> None:
        self._address = urlsplit(url)
        self._key = key
        self._selector = selectors.DefaultSelector()
        self.heard: dict[socket.socket, bytearray] = {}
        self.job_of: dict[socket.socket, UUID] = {}
        self._asked_to_wait: list[tuple[float, UUID]] = []
        self.refused = 0

    def join(self, job_id: UUID, last_event_id: str = "") -> socket.socket:
        """Open one more stream."""
        connection = socket.create_connection((self._address.hostname, self._address.port or 80), 10)
        resume = f"Last-Event-ID: {last_event_id}\r\n" if last_event_id else ""
        connection.sendall(
            f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: {self._address.netloc}\r\n"
            f"Authorization: Bearer {self._key}\r\n{resume}\r\n".encode()
        )
        connection.setblocking(False)
        self.heard[connection], self.job_of[connection] = bytearray(), job_id
        self._selector.register(connection, selectors.EVENT_READ)
        return connection

    def listen(self, seconds: float = 0.05) -> None:
        """Take what has come."""
        for key, _ in self._selector.select(seconds):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            received = connection.recv(65_536)
            self.heard[connection] += received
            if not received:
                self._selector.unregister(connection)
            elif self.heard[connection].startswith(b"HTTP/1.1 503") and b"\r\n\r\n" in self.heard[connection]:
                self._wait_as_asked(connection)
        self._come_again()

    def _wait_as_asked(self, connection: socket.socket) -> None:
        """Leave where the database was too busy to let one in. The connection stays open: no end of it comes."""
        retry_after = re.search(rb"Retry-After: (\d+)", bytes(self.heard.pop(connection)))
        assert retry_after, "who is refused for a while is told for how long"
        self._selector.unregister(connection)
        connection.close()
        self.refused += 1
        self._asked_to_wait.append((time.monotonic() + int(retry_after[1]), self.job_of.pop(connection)))

    def _come_again(self) -> None:
        """Join once more after that time, as every client does."""
        now = time.monotonic()
        due = [job_id for at, job_id in self._asked_to_wait if at <= now]
        self._asked_to_wait = [each for each in self._asked_to_wait if each[0] > now]
        for job_id in due:
            self.join(job_id)

    def listen_until(self, kind: str, count: int, seconds: float = 30) -> None:
        """Listen until everybody has heard of something so many times."""
        mark = f"event: {kind}\n".encode()

        def all_have() -> bool:
            self.listen()
            everybody_is_in = not self._asked_to_wait
            return everybody_is_in and all(heard.count(mark) >= count for heard in self.heard.values())

        until(all_have, seconds, f"{count} times {kind!r} for everybody")

    def leave(self) -> None:
        """Close every stream."""
        self._selector.close()
        for connection in self.heard:
            connection.close()


@pytest.fixture
def web(servers: Stack, short_folder: Path, models: None) -> Iterator[Stack]:
    """A web of one process, of this test's own."""
    with web_process(servers.environment, short_folder / "crowded", BOTTEGA_WEB_WORKERS="1") as stack:
        yield stack


@pytest.fixture
def crowd(web: Stack, api_key: str) -> Iterator[Crowd]:
    """Nobody yet."""
    assert web.web_url is not None
    readers = Crowd(web.web_url, api_key)
    yield readers
    readers.leave()


def serving_process(web: Stack) -> psutil.Process:
    """The worker below the web's first process."""
    (worker,) = psutil.Process(web.process("web").pid).children()
    return worker


def p95(url: str, key: str, crowd: Crowd) -> float:
    """The 95th percentile of the seconds that listing jobs takes, while the crowd listens."""
    taken = []
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=10) as client:
        for _ in range(REQUESTS):
            began = time.perf_counter()
            assert client.get("/api/v1/jobs").status_code == 200
            taken.append(time.perf_counter() - began)
            if crowd.heard:
                crowd.listen(0)
    return statistics.quantiles(taken, n=20)[-1]


def connections_to_redis(web: Stack) -> int:
    """How many its worker holds."""
    port = urlsplit(web.environment["BOTTEGA_REDIS_URL"]).port
    connections = serving_process(web).net_connections("tcp")
    return sum(bool(each.raddr) and each.raddr.port == port for each in connections)


def test_500_streams_are_told_everything_and_hold_up_nobody(
    web: Stack, crowd: Crowd, api_key: str, workspace_id: UUID
) -> None:
    url, worker = web.web_url or "", serving_process(web)
    job_ids = queue_many(workspace_id, JOBS)
    idle = p95(url, api_key, crowd)
    before = worker.memory_info().rss
    for job_id in itertools.islice(itertools.cycle(job_ids), STREAMS):
        crowd.join(job_id)
    crowd.listen_until("state", 1, 60)
    grown = worker.memory_info().rss - before
    assert grown < STREAMS * BYTES_A_STREAM, f"{grown / STREAMS:.0f} bytes a stream"

    taken = [each for _ in range(JOBS // 20) for each in claim(20)]
    crowd.listen_until("state", 2)
    for step in (1, 2, 3):
        progress.publish([(job_id, "progress", {"step": step, "total": 3}) for job_id in job_ids])
        crowd.listen()
    busy = p95(url, api_key, crowd)
    crowd.listen_until("progress", 3)
    assert busy < max(10 * idle, 0.25), f"{busy * 1000:.0f} ms, idle {idle * 1000:.0f} ms"
    assert connections_to_redis(web) <= 20, "a stream holds no connection of its own"

    for one in taken:
        cancel(workspace_id, one.job_id)
    confirm_cancel(*taken)
    crowd.listen_until("end", 1)
    print(f"p95 idle {idle * 1000:.1f} ms, with {STREAMS} streams {busy * 1000:.1f} ms")
    print(f"{grown / STREAMS:.0f} bytes a stream; {crowd.refused} were refused at first")


def test_everybody_resumes_after_what_was_heard_last(crowd: Crowd, workspace_id: UUID) -> None:
    job_ids = queue_many(workspace_id, 20)
    for step in (1, 2, 3):
        progress.publish([(job_id, "progress", {"step": step, "total": 3}) for job_id in job_ids])
    for job_id in job_ids * 2:
        crowd.join(job_id)
    crowd.listen_until("progress", 3)
    second = {
        crowd.job_of[connection]: re.findall(rb"id: (\S+)\nevent: progress", heard)[1].decode()
        for connection, heard in crowd.heard.items()
    }

    early = list(crowd.heard)
    again = [crowd.join(job_id, place) for job_id, place in second.items()]
    crowd.listen_until("progress", 1)
    late = [crowd.join(job_id) for job_id in job_ids]
    crowd.listen_until("progress", 1)
    progress.publish([(job_id, "progress", {"step": 4, "total": 4}) for job_id in job_ids])

    def all_heard_the_fourth() -> bool:
        crowd.listen()
        return all(b'"step":4' in heard for heard in crowd.heard.values())

    until(all_heard_the_fourth)

    def steps(connections: list[socket.socket]) -> set[bytes]:
        """What was said of steps to each, run together."""
        return {b"".join(re.findall(rb'data: {"step":(\d)', bytes(crowd.heard[each]))) for each in connections}

    assert steps(early) == steps(late) == {b"1234"}, "nobody hears twice what another one is told anew"
    assert steps(again) == {b"34"}


def test_streams_that_were_closed_leave_nothing_behind(web: Stack, crowd: Crowd, workspace_id: UUID) -> None:
    worker = serving_process(web)
    crowd.join(queue_many(workspace_id, 1)[0])
    crowd.listen_until("state", 1)
    files = worker.num_fds()
    others = Crowd(web.web_url or "", crowd._key)
    for job_id in itertools.islice(itertools.cycle(queue_many(workspace_id, 20)), 200):
        others.join(job_id)
    others.listen_until("state", 1)
    assert worker.num_fds() >= files + 200

    others.leave()

    # What is gone is noticed when a heartbeat cannot be written.
    until(lambda: worker.num_fds() < files + 20, 25, "the end of the closed streams")


def test_a_redis_that_is_away_leaves_the_rows_to_be_looked_at(servers: Stack, crowd: Crowd, workspace_id: UUID) -> None:
    job_ids = queue_many(workspace_id, 20)
    for job_id in job_ids:
        crowd.join(job_id)
    crowd.listen_until("state", 1)
    redis_process = psutil.Process(servers.process("valkey").pid)
    redis_process.suspend()
    try:
        with session_scope() as session:
            session.execute(
                text("UPDATE jobs SET state = 'canceled', finished_at = now() WHERE workspace_id = :id"),
                {"id": workspace_id},
            )
        crowd.listen_until("end", 1, 12)
    finally:
        redis_process.resume()
    until(lambda: get_redis().ping(), what="Redis")


def test_a_reader_who_takes_nothing_is_let_go_and_holds_no_memory(web: Stack, crowd: Crowd, workspace_id: UUID) -> None:
    (job_id,) = queue_many(workspace_id, 1)
    connection = crowd.join(job_id)
    crowd.listen_until("state", 1)
    worker = serving_process(web)
    before = worker.memory_info().rss
    # Past what the kernel's buffers take, and past what waits for one reader.
    for step in range(3000):
        progress.publish([(job_id, "progress", {"step": step, "note": "x" * 20_000})])
        if step % 50 == 0:
            time.sleep(0.05)

    assert worker.memory_info().rss - before < 60_000_000

    def said_goodbye() -> bool:
        crowd.listen()
        return b": more has happened" in crowd.heard[connection]

    until(said_goodbye, 20, "the last word to a slow reader")
