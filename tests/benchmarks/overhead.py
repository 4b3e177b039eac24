"""What the platform adds to one image job: accepted → webhook sent, less the seconds in the model."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlalchemy import text

from shared.client import Client
from shared.db import make_engine
from shared.stack import Stack
from tests.benchmarks.figure import Figure, at_most

_JOBS = 30
_WARM_UP = 3
_STAGES = text(
    """
    SELECT extract(epoch FROM jobs.started_at - jobs.created_at) AS claimed,
           extract(epoch FROM jobs.finished_at - jobs.started_at) - usage.quantity AS finished,
           extract(epoch FROM attempt.started_at - jobs.finished_at) AS sent
      FROM jobs
      JOIN usage_ledger usage ON usage.job_id = jobs.id AND usage.kind = 'device_seconds'
      JOIN events ON events.job_id = jobs.id AND events.type = 'job.succeeded'
      JOIN webhook_deliveries delivery ON delivery.event_id = events.id
      JOIN webhook_attempts attempt ON attempt.delivery_id = delivery.id
     WHERE jobs.id = ANY(:ids)
    """
)


class _Receiver(BaseHTTPRequestHandler):
    """Takes a webhook and says so."""

    arrived = threading.Semaphore(0)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(204)
        self.end_headers()
        self.arrived.release()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measure(stack: Stack, client: Client) -> Iterator[Figure]:
    """Medians over jobs that run one after another on an idle stack, by the database's times."""
    receiver = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    try:
        ids = [_run(client, f"http://127.0.0.1:{receiver.server_port}/", seed) for seed in range(_JOBS + _WARM_UP)]
    finally:
        receiver.shutdown()
    engine = make_engine(stack.environment["BOTTEGA_DATABASE_URL"])
    with engine.connect() as connection:
        rows = connection.execute(_STAGES, {"ids": ids[_WARM_UP:]}).all()
    assert len(rows) == _JOBS, "every job succeeded and its webhook was sent once"
    stages = [(float(row.claimed) * 1000, float(row.finished) * 1000, float(row.sent) * 1000) for row in rows]
    yield Figure(
        "overhead", "accepted → webhook sent, less model", statistics.median(map(sum, stages)), "ms", at_most(150)
    )
    for index, name in enumerate(("accepted → claimed", "claimed → finished, less model", "finished → webhook sent")):
        yield Figure("overhead", name, statistics.median(stage[index] for stage in stages), "ms", at_most(150))


def _run(client: Client, webhook_url: str, seed: int) -> str:
    job = client.submit(
        "starter/backdrops", {"prompt": "a calm blue studio sweep", "seed": seed}, webhook_url=webhook_url
    )
    assert _Receiver.arrived.acquire(timeout=60), "the webhook of every job arrives"
    return str(job.id)
