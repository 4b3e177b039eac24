"""Requests by route and status, and how long their replies took to begin."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

REQUESTS = Counter("bottega_http_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "bottega_http_request_seconds",
    "From a request to its reply's beginning; what streams goes on after that.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)

_UNKNOWN = "unknown"


def install(app: Flask) -> None:
    """Count every request. Install it first: what other hooks do is part of a request's time."""
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.began = time.perf_counter()


def _count(response: Response) -> Response:
    # The rule, never the path: a label's values must be few. A method that no rule takes has none.
    route = request.url_rule.rule if request.url_rule else _UNKNOWN
    method = request.method if request.url_rule else _UNKNOWN
    REQUESTS.labels(method, route, str(response.status_code)).inc()
    SECONDS.labels(method, route).observe(time.perf_counter() - g.began)
    return response
