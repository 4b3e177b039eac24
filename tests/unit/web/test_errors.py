"""Errors become HTTP in one place."""

from __future__ import annotations

import inspect
from http import HTTPStatus

import pytest
import sqlalchemy.exc
from apiflask import APIFlask

import shared.errors
import web.refusals
from shared.errors import (
    BottegaError,
    DatabaseUnavailable,
    FieldProblem,
    Forbidden,
    IdempotencyKeyInFlight,
    IdempotencyKeyReused,
    InputRefused,
    NotFound,
    StateConflict,
    StoreUnavailable,
    Unauthenticated,
)
from web.auth import open_to_all
from web.errors import error_codes, status_of
from web.refusals import RateLimited

_EXPECTED = [
    (InputRefused.of("input.width", "too wide"), 422),
    (Unauthenticated(), 401),
    (Forbidden(), 403),
    (NotFound(), 404),
    (IdempotencyKeyReused(), 422),
    (IdempotencyKeyInFlight(), 409),
    (StateConflict(), 409),
    (DatabaseUnavailable(), 503),
    (StoreUnavailable(), 503),
    (RateLimited("slower", 7), 429),
]


def raising(app: APIFlask, error: Exception) -> APIFlask:
    """The application with a route of the API that fails."""

    @open_to_all
    def fail() -> str:
        raise error

    app.add_url_rule("/api/v1/failing", "failing", fail)
    app.add_url_rule("/failing", "failing_page", fail)
    return app


@pytest.mark.parametrize(("error", "status"), _EXPECTED, ids=lambda value: type(value).__name__)
def test_each_cause_has_its_status_and_its_stable_code(app: APIFlask, error: BottegaError, status: int) -> None:
    reply = raising(app, error).test_client().get("/api/v1/failing")
    assert reply.status_code == status
    assert reply.content_type == "application/problem+json"
    body = reply.get_json()
    assert body["status"] == status
    assert body["code"] == error.code
    assert body["title"] == HTTPStatus(status).phrase
    assert body["type"] == f"http://bottega.test/docs#error-{error.code}"
    assert body["request_id"] == reply.headers["X-Request-Id"]


def test_a_refused_input_names_every_bad_field(app: APIFlask) -> None:
    error = InputRefused([FieldProblem("input.width", "too wide"), FieldProblem("labels", "too long")])
    body = raising(app, error).test_client().get("/api/v1/failing").get_json()
    assert body["errors"] == [
        {"path": "input.width", "message": "too wide"},
        {"path": "labels", "message": "too long"},
    ]


def test_a_missing_key_is_told_how_to_authenticate(app: APIFlask) -> None:
    reply = raising(app, Unauthenticated()).test_client().get("/api/v1/failing")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("error", "seconds"),
    [(DatabaseUnavailable(), 2), (StoreUnavailable(), 2), (IdempotencyKeyInFlight(), 1), (RateLimited("slower", 7), 7)],
    ids=lambda value: type(value).__name__,
)
def test_what_may_pass_says_when_to_try_again(app: APIFlask, error: BottegaError, seconds: int) -> None:
    reply = raising(app, error).test_client().get("/api/v1/failing")
    assert reply.headers["Retry-After"] == str(seconds)


def test_what_cannot_pass_does_not_invite_another_try(app: APIFlask) -> None:
    assert "Retry-After" not in raising(app, StateConflict()).test_client().get("/api/v1/failing").headers


def test_an_exhausted_pool_is_an_outage_not_a_bug(app: APIFlask) -> None:
    reply = raising(app, sqlalchemy.exc.TimeoutError("pool")).test_client().get("/api/v1/failing")
    assert (reply.status_code, reply.get_json()["code"]) == (503, "database_unavailable")


def test_an_unknown_error_tells_its_request_id_and_nothing_of_itself(app: APIFlask) -> None:
    reply = raising(app, RuntimeError("password=hunter2")).test_client().get("/api/v1/failing")
    assert (reply.status_code, reply.get_json()["code"]) == (500, "internal_error")
    assert "hunter2" not in reply.text
    assert "Traceback" not in reply.text


def test_people_get_a_page_and_programs_a_problem_at_the_same_address(app: APIFlask) -> None:
    client = raising(app, NotFound("There is no such job in this workspace.")).test_client()
    page = client.get("/failing", headers={"Accept": "text/html"})
    assert page.mimetype == "text/html"
    assert "no such job" in page.text
    assert page.headers["X-Request-Id"] in page.text
    assert client.get("/failing", headers={"Accept": "application/json"}).mimetype == "application/problem+json"


def test_an_address_that_is_not_there_is_a_problem_too(app: APIFlask) -> None:
    reply = app.test_client().get("/api/v1/nothing")
    assert (reply.status_code, reply.get_json()["code"]) == (404, "not_found")


def test_a_method_that_is_not_taken_says_which_are(app: APIFlask) -> None:
    reply = app.test_client().post("/healthz")
    assert (reply.status_code, reply.get_json()["code"]) == (405, "method_not_allowed")
    assert "GET" in reply.headers["Allow"]


def test_every_error_a_caller_can_cause_has_a_status() -> None:
    """What is left is for workers, the command line and the stack, and would be a bug on our side here."""
    not_of_the_web = {
        "BottegaError",
        "LeaseLost",
        "ForwardBatchInterrupted",
        "StoredObjectMismatch",
        "ModelLoadFailed",
        "GenerationFailed",
        "OutOfDeviceMemory",
        "AddressRefused",
        "StackRefused",
    }
    for module in (shared.errors, web.refusals):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, BottegaError) and name not in not_of_the_web:
                bare = kind.__new__(kind)
                assert status_of(bare) is not HTTPStatus.INTERNAL_SERVER_ERROR, name


def test_the_reference_lists_each_code_once() -> None:
    codes = [code for code, _, _ in error_codes()]
    assert len(codes) == len(set(codes))
    assert {"invalid_input", "rate_limited", "internal_error", "body_too_large"} <= set(codes)
