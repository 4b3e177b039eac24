"""What a scrape is answered: every process's counts added up, in the format that the caller asks for."""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from shared.metrics.folder import ENVIRONMENT_VARIABLE


def exposition(accept: str, more: Sequence[Collector] = ()) -> tuple[bytes, str]:
    """``(body, content type)``: the counts of the processes that share a folder, and what ``more`` collect.

    ``accept`` is the request's header: OpenMetrics where it is asked for, else the text format 0.0.4. A process
    that was given no folder answers for itself alone.
    """
    registry = CollectorRegistry()
    if os.environ.get(ENVIRONMENT_VARIABLE):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    for collector in more:
        registry.register(collector)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type
