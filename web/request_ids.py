"""One id a request, in its reply, its error and every log line it causes."""

from __future__ import annotations

import re

import structlog
from flask import Flask, Response, g, has_request_context, request

from shared.identifiers import new_id

HEADER = "X-Request-Id"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def install(app: Flask) -> None:
    """Take the caller's id when it looks like one, else draw one, and answer with it."""
    app.before_request(_begin)
    app.after_request(_answer)


def current_request_id() -> str:
    """This request's id; empty outside of one."""
    return str(g.get("request_id", "")) if has_request_context() else ""


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _ACCEPTABLE.fullmatch(given) else new_id().hex
    # A kept-alive connection reuses its greenlet, and with it the context of the request before.
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(process="web", request_id=g.request_id)


def _answer(response: Response) -> Response:
    response.headers[HEADER] = current_request_id()
    return response
