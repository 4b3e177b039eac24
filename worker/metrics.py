"""What workers and dispatchers count. Each process counts in memory that it shares with whoever is scraped."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Histogram

_SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

CLAIM_SECONDS = Histogram("bottega_claim_seconds", "The statement that claims a forward batch.", buckets=_SHORT)
FORWARD_BATCH_JOBS = Histogram(
    "bottega_forward_batch_jobs", "Jobs in a forward batch.", ["model"], buckets=(1, 2, 4, 8, 16, 32, 64)
)
DEVICE_BUSY_SECONDS = Counter(
    "bottega_device_busy_seconds", "Time that forward batches took on the device; added as each ends.", ["model"]
)
STEP_SECONDS = Histogram("bottega_step_seconds", "One step of a forward batch.", ["model"], buckets=_SHORT)
OUT_OF_MEMORY_HALVINGS = Counter(
    "bottega_out_of_memory_halvings", "Forward batches halved because they did not fit.", ["model"]
)
MODEL_LOAD_SECONDS = Histogram("bottega_model_load_seconds", "Loading a model.", ["model"], buckets=_LONG)
LEASES_EXPIRED = Counter("bottega_leases_expired", "Jobs taken back from workers that fell silent.")
STALE_FINISHES = Counter("bottega_stale_finishes", "Finished jobs whose outputs were refused: the fence was old.")
RESULTS_SPOOLED = Counter("bottega_results_spooled", "Jobs whose outputs went to the disk: the store was away.")
RESULTS_RECALLED = Counter("bottega_results_recalled", "Jobs whose outputs were on the disk and not made again.")
ENCODE_SECONDS = Histogram("bottega_encode_seconds", "Encoding one output.", ["media_type"], buckets=_SHORT)
UPLOAD_SECONDS = Histogram(
    "bottega_upload_seconds", "Storing one output, verified; outages are waited for.", buckets=_SHORT
)
UPLOAD_BYTES = Counter("bottega_upload_bytes", "Bytes of stored outputs.")
FINISH_SECONDS = Histogram(
    "bottega_finish_seconds", "Encoding, storing and committing what one claim made.", buckets=_LONG
)
WEBHOOK_ATTEMPTS = Counter("bottega_webhook_attempts", "Requests to webhook receivers, by outcome.", ["outcome"])
WEBHOOK_SECONDS = Histogram("bottega_webhook_attempt_seconds", "One request to a receiver.", buckets=_LONG)
DISPATCHER_TICK_SECONDS = Histogram("bottega_dispatcher_tick_seconds", "One look of the leader.", buckets=_SHORT)


@contextmanager
def forward_batch(model: str, jobs: int) -> Iterator[None]:
    """Count a forward batch and the device's time, also when it fails."""
    began = time.monotonic()
    FORWARD_BATCH_JOBS.labels(model).observe(jobs)
    try:
        yield
    finally:
        DEVICE_BUSY_SECONDS.labels(model).inc(time.monotonic() - began)
