"""What every reply says about trust."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask

from shared.config import get_settings


def test_a_page_runs_only_scripts_that_carry_this_replys_nonce(app: APIFlask) -> None:
    client = app.test_client()
    first, second = client.get("/docs"), client.get("/docs")
    nonces = []
    for reply in (first, second):
        policy = reply.headers["Content-Security-Policy"]
        (nonce,) = re.findall(r"script-src 'nonce-([^']+)';", policy)
        assert set(re.findall(r'<script[^>]*nonce="([^"]+)"', reply.text)) == {nonce}
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("path", ["/docs", "/healthz", "/nothing", "/api/v1/jobs"])
def test_nothing_can_be_framed_sniffed_or_kept(app: APIFlask, path: str) -> None:
    headers = app.test_client().get(path).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_page_has_an_inline_handler_or_style(app: APIFlask) -> None:
    for path in ("/docs", "/sign-in", "/nothing"):
        text = app.test_client().get(path).text
        assert not re.search(r"<[^>]+\s(on[a-z]+|style)=", text), path
        assert "<style" not in text


def test_https_is_insisted_on_where_people_use_it(settings: pytest.MonkeyPatch) -> None:
    from web.app import create_app

    assert "Strict-Transport-Security" not in create_app().test_client().get("/healthz").headers
    settings.setenv("BOTTEGA_PUBLIC_URL", "https://bottega.test")
    get_settings.cache_clear()
    assert "max-age" in create_app().test_client().get("/healthz").headers["Strict-Transport-Security"]


def test_the_session_cookie_is_bound_to_this_host_where_https_is_used(settings: pytest.MonkeyPatch) -> None:
    from web.app import create_app

    settings.setenv("BOTTEGA_PUBLIC_URL", "https://bottega.test")
    get_settings.cache_clear()
    cookie = create_app().test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-bottega=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_the_session_cookie_works_without_https_on_ones_own_machine(app: APIFlask) -> None:
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("bottega=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


@pytest.mark.parametrize("given", ["1f2e3d4c-abcd", "trace_0123456789"])
def test_a_callers_request_id_is_used(app: APIFlask, given: str) -> None:
    assert app.test_client().get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, 'x"; DROP TABLE', "<script>alert(1)</script>"])
def test_what_is_no_request_id_is_replaced(app: APIFlask, given: str) -> None:
    drawn = app.test_client().get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert drawn != given
    assert len(drawn) == 32


def test_a_static_file_is_kept_for_ever_only_under_an_address_that_names_its_version(app: APIFlask) -> None:
    client = app.test_client()
    address = re.findall(r'href="(/static/css/base\.css\?v=[0-9a-f]+)"', client.get("/docs").text)[0]
    assert "max-age=31536000" in client.get(address).headers["Cache-Control"]
    assert "max-age" not in client.get("/static/css/base.css").headers["Cache-Control"]
