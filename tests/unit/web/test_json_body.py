"""Bodies: JSON as RFC 8259 has it, and errors that say where."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask import request

from web.app import MAX_BODY_BYTES
from web.auth import open_to_all


@pytest.fixture
def echo(app: APIFlask) -> APIFlask:
    """The application with a route that reads a body."""

    @open_to_all
    def read() -> dict[str, object]:
        return {"read": request.get_json(force=True)}

    app.add_url_rule("/api/v1/echo", "echo", read, methods=["POST"])
    app.extensions["csrf"].exempt("echo")
    app.extensions["csrf"]._exempt_views.add(f"{read.__module__}.{read.__name__}")
    return app


def refused(echo: APIFlask, body: bytes) -> str:
    reply = echo.test_client().post("/api/v1/echo", data=body)
    assert (reply.status_code, reply.get_json()["code"]) == (400, "malformed_json")
    return str(reply.get_json()["detail"])


def test_a_syntax_error_is_located(echo: APIFlask) -> None:
    assert "line 2, column 7" in refused(echo, b'{"a": 1,\n "b": }')


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
def test_a_number_that_json_does_not_have_is_refused(echo: APIFlask, number: bytes) -> None:
    assert "number" in refused(echo, b'{"a": ' + number + b"}")


@pytest.mark.parametrize("text", [rb'"\u0000"', rb'{"\u0000": 1}', rb'["\ud800"]', rb'"x\udc00y"'])
def test_text_that_cannot_be_stored_is_refused_where_it_enters(echo: APIFlask, text: bytes) -> None:
    assert "surrogate" in refused(echo, text)


def test_a_whole_surrogate_pair_is_a_character(echo: APIFlask) -> None:
    reply = echo.test_client().post("/api/v1/echo", data=rb'"\ud83c\udfa8"')
    assert reply.get_json() == {"read": "\N{ARTIST PALETTE}"}


def test_bytes_that_are_no_utf8_are_located(echo: APIFlask) -> None:
    assert "byte 6" in refused(echo, b'{"a":"\xff"}')


def test_a_document_nested_too_deeply_is_refused(echo: APIFlask) -> None:
    assert "deeply" in refused(echo, b"[" * 200_000)


def test_an_empty_body_is_refused(echo: APIFlask) -> None:
    assert "line 1" in refused(echo, b"")


def test_a_body_over_the_limit_is_refused_before_it_is_read(echo: APIFlask) -> None:
    reply = echo.test_client().post("/api/v1/echo", data=b'"' + b"a" * MAX_BODY_BYTES + b'"')
    assert (reply.status_code, reply.get_json()["code"]) == (413, "body_too_large")
