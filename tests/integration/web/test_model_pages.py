"""Models and recipes as people find them."""

from __future__ import annotations

import html
import re
from uuid import UUID

import pytest
from apiflask import APIFlask

from shared.catalog import repository
from shared.db import session_scope
from tests.integration.web.browser_session import BrowserSession, form, words
from web.pages.recipe_book import RECIPES


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


def test_every_model_has_a_page_that_leads_to_its_form(person: BrowserSession) -> None:
    listed = person.open("/models")
    assert re.findall(r'href="(/models/[^"]+)"', listed.text) == ["/models/starter/backdrops", "/models/starter/adcopy"]
    page = person.open("/models/starter/adcopy")
    assert "Apache-2.0" in page.text
    (address,) = re.findall(r'href="(/\?model=[^"]+)"', page.text)
    assert form(person.open(address).text, "/")["model"] == "starter/adcopy"


def test_a_model_s_page_says_what_it_takes_by_its_own_limits(person: BrowserSession) -> None:
    page = words(person.open("/models/starter/adcopy").text)
    assert "max_new_tokens whole number, 1 to 256 48 How many tokens" in page
    picture = words(person.open("/models/starter/backdrops").text)
    assert "image file: PNG, JPEG or WebP, 32 MB at most" in picture
    assert "width 256 only" in picture
    assert "inserts JSON, by the API" in picture


def test_a_model_s_page_has_the_command_that_runs_it(person: BrowserSession) -> None:
    page = html.unescape(person.open("/models/starter/backdrops").text)
    assert "bottega submit starter/backdrops --prompt 'a calm teal ocean at dawn, backdrop for a skincare ad'" in page


def test_a_model_that_the_workspace_may_not_use_has_no_page(person: BrowserSession, workspace_id: UUID) -> None:
    with session_scope() as session:
        allowed = repository.find(session, "starter/adcopy")
        assert allowed is not None
        repository.allow(session, workspace_id, [allowed.id])
    assert person.fetch("/models/starter/backdrops").status_code == 404
    assert "starter/backdrops" not in person.open("/models").text
    assert "starter%2Fbackdrops" not in person.open("/recipes").text


def test_recipes_are_those_that_the_models_here_can_run(person: BrowserSession) -> None:
    page = html.unescape(person.open("/recipes").text)
    links = re.findall(r'href="(/\?model[^"]+)"', page)
    wanted = [each for each in RECIPES if each.family in ("text", "text-to-image")]
    assert len(links) == len(wanted) > 3
    fields = form(person.open(next(each for each in links if "slogan" in each)).text, "/")
    assert fields["input.num_return_sequences"] == "8"
    assert fields["input.prompt"].startswith("Write a playful slogan")
