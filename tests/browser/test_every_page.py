"""Every page, in both colour schemes, on a desktop and on a phone: accessible, whole, and silent in the console."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.gallery import hang
from tests.browser.visitor import DESKTOP, PHONE, Scheme, Visitor
from tests.integration.batches import workshop

_ROWS = [*workshop.teas(3), {"custom_id": "broken", "name": "a\0b"}]
_LOOKS = list(itertools.product((DESKTOP, PHONE), ("light", "dark")))


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong, each with the first element it is about."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]}" for each in found]


def looked_over(visitor: Visitor, path: str) -> None:
    """Load a page and hold it to what every page must be."""
    visitor.page.goto(path)
    visitor.page.wait_for_load_state("load")
    assert violations(visitor.page) == [], path
    assert visitor.overflow() <= 0, f"{path} is wider than the window"
    assert visitor.page.get_by_role("heading", level=1).count() == 1, path
    assert visitor.complaints == [], path


@pytest.mark.parametrize(
    ("size", "scheme"), _LOOKS, ids=lambda value: str(value[0] if isinstance(value, tuple) else value)
)
def test_every_page_can_be_used_by_everybody(
    browser: Browser,
    web_url: str,
    models: None,
    workspace_id: UUID,
    api_key: str,
    size: tuple[int, int],
    scheme: Scheme,
) -> None:
    with Visitor(browser, web_url, size, scheme) as visitor:
        for path in ("/sign-in", "/sign-in?token=forged", "/nothing"):
            looked_over(visitor, path)
        visitor.sign_in(api_key)
        for path in ("/", "/jobs"):
            looked_over(visitor, path)
        gallery = hang(workspace_id)
        jobs = (gallery.pictures, gallery.texts, gallery.failed, gallery.canceled, gallery.running, gallery.queued)
        batch_id = workshop.launched(workspace_id, workshop.table(_ROWS))
        paths = [f"/batches/{batch_id}"]
        paths += ["/", "/?model=starter/adcopy", f"/?from={gallery.pictures}", "/jobs", "/jobs?state=waiting"]
        for path in (*paths, *(f"/jobs/{job_id}" for job_id in jobs)):
            looked_over(visitor, path)


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["1280-light", "390-dark"])
def test_the_reference_can_be_used_by_everybody(
    browser: Browser, web_url: str, models: None, size: tuple[int, int], scheme: Scheme
) -> None:
    with Visitor(browser, web_url, size, scheme) as visitor:
        looked_over(visitor, "/docs")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_form_with_everything_wrong_can_still_be_used_by_everybody(
    browser: Browser, web_url: str, models: None, api_key: str, scheme: Scheme
) -> None:
    with Visitor(browser, web_url, PHONE, scheme) as visitor:
        visitor.sign_in(api_key)
        visitor.page.get_by_text("Options").click()
        visitor.page.get_by_label("Steps").fill("1000")
        visitor.page.get_by_role("button", name="Create", exact=True).click()
        assert visitor.page.get_by_text("Say what to make.").is_visible()
        assert violations(visitor.page) == []
        assert visitor.overflow() <= 0


def test_nothing_moves_for_those_who_asked_for_stillness(visitor: Visitor, workspace_id: UUID) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(f"/jobs/{hang(workspace_id).running}")
    lasting = visitor.page.evaluate(
        "document.getAnimations().filter((each) => each.effect.getComputedTiming().activeDuration > 100).length"
    )
    assert lasting == 0
