"""The one place where errors become HTTP: problem documents (RFC 9457) for clients, a page for people."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

import sqlalchemy.exc
from apiflask.exceptions import HTTPError
from flask import Flask, Response, current_app, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from shared.artifacts.uploads import UploadIsBeingRemoved
from shared.batches.request import BatchRequest
from shared.campaigns.request import CampaignRequest, PreviewRequest
from shared.catalog.wording import problems_of
from shared.config import get_settings
from shared.errors import (
    BottegaError,
    DatabaseUnavailable,
    FieldProblem,
    Forbidden,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    InputRefused,
    NoLongerKept,
    NotFound,
    ObjectMissing,
    StateConflict,
    StoreUnavailable,
    Unauthenticated,
)
from shared.jobs.request import BulkRequest, JobRequest
from shared.logging import get_logger
from web.api.schemas.campaigns import Regeneration, ReviewRequest
from web.api.schemas.jobs import PriorityChange
from web.api.schemas.webhooks import EndpointRequest
from web.refusals import FormExpired, MalformedJson, RateLimited, RateLimitUnknown
from web.request_ids import current_request_id

log = get_logger(__name__)

STATUS_OF: Mapping[type[BottegaError], HTTPStatus] = {
    MalformedJson: HTTPStatus.BAD_REQUEST,
    FormExpired: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    ObjectMissing: HTTPStatus.NOT_FOUND,
    NoLongerKept: HTTPStatus.GONE,
    StateConflict: HTTPStatus.CONFLICT,
    UploadIsBeingRemoved: HTTPStatus.CONFLICT,
    IdempotencyKeyInFlight: HTTPStatus.CONFLICT,
    IdempotencyKeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    InputRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    DatabaseUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    RateLimitUnknown: HTTPStatus.SERVICE_UNAVAILABLE,
}
CODE_OF = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal_error",
}
"""Stable codes of the errors that Flask itself raises; any other is named after its status."""
DETAIL_OF = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 1 MiB.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. It was recorded under this request's id.",
}
"""Where Flask's own words say too little."""

_HEADINGS = {
    HTTPStatus.BAD_REQUEST: "That could not be read",
    HTTPStatus.FORBIDDEN: "This key may not do that",
    HTTPStatus.NOT_FOUND: "That could not be found",
    HTTPStatus.CONFLICT: "Too late for that",
    HTTPStatus.GONE: "That is no longer kept",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That cannot be done",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too much at once",
    HTTPStatus.TOO_MANY_REQUESTS: "Slow down a little",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something broke on our side",
    HTTPStatus.SERVICE_UNAVAILABLE: "Closed for a moment",
}
"""What an error page says first."""

_BODIES: Mapping[str, type[BaseModel]] = {
    body.__name__: body
    for body in (
        JobRequest,
        BulkRequest,
        PriorityChange,
        EndpointRequest,
        BatchRequest,
        CampaignRequest,
        PreviewRequest,
        ReviewRequest,
        Regeneration,
    )
}
"""Requests' bodies: whoever misspells a field of one is told what was likely meant."""
_RETRY_AFTER = {HTTPStatus.SERVICE_UNAVAILABLE: 2, HTTPStatus.CONFLICT: 1}
_MACHINE_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json")


def install(app: Flask) -> None:
    """Answer every error that leaves a route."""
    app.register_error_handler(BottegaError, _on_bottega_error)
    app.register_error_handler(HTTPError, _on_invalid_input)
    app.register_error_handler(CSRFError, lambda _: _on_bottega_error(FormExpired()))
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(sqlalchemy.exc.TimeoutError, _on_exhausted_pool)
    app.register_error_handler(Exception, _on_unknown_error)


def status_of(error: BottegaError) -> HTTPStatus:
    """The HTTP status of a cause: its class's, or that of the nearest class it derives from."""
    return next(
        (STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def error_codes() -> list[tuple[str, int, str]]:
    """``(code, status, meaning)`` of every error that has a class of its own, for the documentation."""
    meanings = {kind.code: (int(status), inspect.getdoc(kind) or "") for kind, status in STATUS_OF.items()}
    for status, code in CODE_OF.items():
        meanings.setdefault(code, (int(status), DETAIL_OF.get(status, f"{status.phrase}.")))
    return sorted(((code, *meaning) for code, meaning in meanings.items()), key=lambda each: (each[1], each[0]))


def problem(status: HTTPStatus, code: str, detail: str, problems: Sequence[FieldProblem] = ()) -> dict[str, object]:
    """A problem document: RFC 9457's members, a stable ``code``, every bad field, and the request's id."""
    return {
        "type": f"{get_settings().public_url.rstrip('/')}/docs#error-{code}",
        "title": status.phrase,
        "status": int(status),
        "code": code,
        "detail": detail,
        "errors": [{"path": each.path, "message": each.message} for each in problems],
        "request_id": current_request_id(),
    }


def _on_bottega_error(error: BottegaError) -> Response:
    status = status_of(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _on_unknown_error(error)
    if isinstance(error, Unauthenticated) and not _wants_problem():
        return _to_sign_in()
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        log.warning("unavailable", code=error.code, reason=error.message)
    problems = error.problems if isinstance(error, InputRefused) else ()
    response = _answer(status, error.code, error.message, problems)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="bottega"'
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.retry_after)
    elif status in _RETRY_AFTER and not isinstance(error, StateConflict):
        response.headers["Retry-After"] = str(_RETRY_AFTER[status])
    return response


def _on_invalid_input(error: HTTPError) -> Response:
    """What ``input`` raises when Pydantic refuses; its cause has the fields as the caller wrote them."""
    cause = error.__cause__
    if isinstance(cause, ValidationError):
        return _on_bottega_error(InputRefused(problems_of(cause, model=_BODIES.get(cause.title))))
    status = HTTPStatus(error.status_code)
    return _answer(status, _code(status), str(error.message or status.phrase))


def _on_http_exception(error: HTTPException) -> Response:
    response = error.get_response()
    if error.code is None or error.code < 400:
        return current_app.make_response(cast(Response, response))
    status = HTTPStatus(error.code)
    answer = _answer(status, _code(status), DETAIL_OF.get(status) or error.description or status.phrase)
    for name in ("Allow", "Retry-After", "Content-Range"):
        if name in response.headers:
            answer.headers[name] = response.headers[name]
    return answer


def _on_exhausted_pool(_error: sqlalchemy.exc.TimeoutError) -> Response:
    return _on_bottega_error(DatabaseUnavailable("Every database connection is busy; try again in a moment."))


def _on_unknown_error(error: Exception) -> Response:
    log.error("unhandled_error", exc_info=error, path=request.path, method=request.method)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(status, _code(status), DETAIL_OF[status])


def _answer(status: HTTPStatus, code: str, detail: str, problems: Sequence[FieldProblem] = ()) -> Response:
    document = problem(status, code, detail, problems)
    if _wants_problem():
        response = jsonify(document)
        response.mimetype = "application/problem+json"
    else:
        response = current_app.make_response(
            render_template("error.html", problem=document, heading=_HEADINGS.get(status, status.phrase))
        )
    response.status_code = int(status)
    return response


def _code(status: HTTPStatus) -> str:
    return CODE_OF.get(status, status.name.lower())


def _wants_problem() -> bool:
    """Whether the caller is a program: by where it called, else by what it accepts."""
    if request.path.startswith(_MACHINE_PATHS) or "fragment" in request.args:
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def _to_sign_in() -> Response:
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    query = "" if back == "/" else "?" + urlencode({"next": back})
    return current_app.make_response(redirect(f"/sign-in{query}", code=303))
