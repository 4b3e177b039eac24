"""The reference page: rendered from the document, without a dead end."""

from __future__ import annotations

import re
from typing import Any

from apiflask import APIFlask


def page(app: APIFlask) -> str:
    reply = app.test_client().get("/docs")
    assert reply.status_code == 200
    return reply.text


def test_every_operation_has_its_place_and_a_curl_command(app: APIFlask, spec: dict[str, Any]) -> None:
    text = page(app)
    for path, methods in spec["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
            assert path in text
    assert text.count("curl") >= sum(len(methods) for methods in spec["paths"].values())


def test_every_link_within_the_page_leads_somewhere(app: APIFlask) -> None:
    text = page(app)
    ids = set(re.findall(r'\bid="([^"]+)"', text))
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets
    assert targets - ids == set()


def test_no_id_is_given_twice(app: APIFlask) -> None:
    ids = re.findall(r'\bid="([^"]+)"', page(app))
    assert len(ids) == len(set(ids))


def test_every_problem_type_leads_to_its_meaning(app: APIFlask) -> None:
    text = page(app)
    for code in ("invalid_input", "unauthenticated", "rate_limited", "internal_error"):
        assert f'id="error-{code}"' in text


def test_nothing_is_loaded_from_anywhere_else(app: APIFlask) -> None:
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page(app))
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
