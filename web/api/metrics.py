"""What Prometheus scrapes."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, request

from shared.metrics.exposition import exposition
from web.auth import for_scrapers
from web.platform_metrics import PlatformCollector

blueprint = APIBlueprint("metrics", __name__, tag="Health")

_PLATFORM = PlatformCollector()


@blueprint.get("/metrics")
@for_scrapers
@blueprint.doc(hide=True)
def metrics() -> Response:
    """The platform's gauges, and the counts of every process that shares a folder with this one."""
    body, content_type = exposition(request.headers.get("Accept", ""), [_PLATFORM])
    return Response(body, content_type=content_type)
