"""Campaigns in a browser: from a dropped table to a verdict by keyboard, and pages that everybody can use."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.queue.names import QueueName
from tests.browser.gallery import png
from tests.browser.test_every_page import looked_over, violations
from tests.browser.visitor import DESKTOP, PHONE, Scheme, Visitor
from tests.integration.batches import workshop
from tests.integration.campaigns import studio
from tests.integration.web.results import finish

_LOOKS = list(itertools.product((DESKTOP, PHONE), ("light", "dark")))
ROWS = [
    {"id": "lamp", "scene": "a calm sea", "headline": "Light", "headline.ar": "نور", "price": "$9"},
    {"id": "mug", "scene": "a meadow", "headline": "Warmth", "headline.ar": "دفء", "price": "$5"},
    {"id": "vase", "scene": "a field", "headline": "x" * 60, "headline.ar": "شكل", "price": ""},
]


@pytest.fixture(autouse=True)
def _studio(models: None, workspace_id: UUID) -> None:
    """A template called ``card``, and the compositor in the catalog."""
    studio.open_studio(workspace_id)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two good rows and a bad one."""
    file = tmp_path / "autumn.csv"
    file.write_bytes(workshop.table(ROWS))
    return file


def draw_everything() -> None:
    """Run whatever is due: each job makes a picture of its own."""
    shade = 20
    while claimed := [
        each for queue in (QueueName.GENERATION, QueueName.COMPOSITION) for each in workshop.claim(500, queue)
    ]:
        for each in claimed:
            shade += 9
            finish(each, [png(shade % 200)], "image/png", "png")


def made(workspace_id: UUID, table: Path) -> UUID:
    """A campaign all of which was made."""
    upload = workshop.upload(workspace_id, table.read_bytes(), "autumn.csv")
    where = {"rows": None, "table": {"upload": str(upload)}, "locales": ["en", "ar"]}
    batch_id = studio.launched(workspace_id, **where)
    draw_everything()
    workshop.look_again(workspace_id, batch_id)
    return batch_id


def assign_content(page: Page, table: Path) -> None:
    """Go from the list of campaigns to the page on which the content is assigned."""
    page.goto("/campaigns")
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Choose a table").set_input_files(table)
    page.wait_for_url(re.compile(r"/campaigns/new/[0-9a-f-]{36}$"))
    page.get_by_role("checkbox", name=re.compile("^Card")).check()
    expect(page.get_by_text("3 rows × 1 template × 3 sizes × 2 languages = 18 creatives")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile("/fields"))


def test_a_table_becomes_a_plan_with_its_bad_cells_and_then_creatives(
    page: Page, workspace_id: UUID, table: Path
) -> None:
    assign_content(page, table)
    expect(page.get_by_label("Prompt").first).to_have_value("{scene}")
    page.get_by_role("button", name="headline.ar").first.click()
    expect(page.get_by_label("Prompt").first).to_have_value("{scene}{headline.ar}")
    page.get_by_label("Prompt").first.fill("{scene}")
    page.get_by_role("button", name="Plan it").click()
    page.wait_for_url(re.compile(r"/campaigns/[0-9a-f-]{36}$"))
    workshop.advance()

    expect(page.get_by_role("button", name="Launch")).to_be_visible()
    expect(page.get_by_text("1 of 3 rows have something wrong")).to_be_visible()
    expect(page.get_by_role("row", name="3 headline")).to_be_visible()
    page.get_by_role("button", name="Launch").click()
    workshop.advance()
    draw_everything()
    workshop.look_again(workspace_id, UUID(page.url.rpartition("/")[2]))
    expect(page.get_by_text("12 succeeded")).to_be_visible()
    expect(page.locator("[data-announce]")).to_contain_text("Finished")


def test_what_is_no_table_is_said_at_once_and_the_page_stays(visitor: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(png(80))
    visitor.page.goto("/campaigns/new")
    visitor.page.get_by_label("Choose a table").set_input_files(file)

    expect(visitor.page.get_by_text("logo.png is PNG, not a table")).to_be_visible()
    assert visitor.page.url.endswith("/campaigns/new")
    assert violations(visitor.page) == []


def test_a_preview_appears_piece_by_piece(page: Page, table: Path) -> None:
    assign_content(page, table)
    page.get_by_role("button", name="Show a preview").click()
    expect(page.get_by_role("img", name="row 1: being drawn").first).to_be_visible()
    draw_everything()

    expect(page.get_by_text("The preview is ready.")).to_be_visible()
    expect(page.locator("[data-previews] img").first).to_be_visible()


def test_what_was_typed_is_there_again_after_the_choices_were_changed(page: Page, table: Path) -> None:
    assign_content(page, table)
    page.get_by_label("Prompt").first.fill("a quiet harbour")
    page.get_by_label("Prompt").first.blur()
    page.get_by_role("link", name="Change the choices").click()
    page.get_by_role("checkbox", name="Leaderboard").check()
    page.get_by_role("button", name="Go on").click()

    expect(page.get_by_text("4 sizes")).to_be_visible()
    expect(page.get_by_label("Prompt").first).to_have_value("a quiet harbour")


def test_creatives_are_judged_by_keyboard_alone(page: Page, workspace_id: UUID, table: Path) -> None:
    batch_id = made(workspace_id, table)
    page.goto(f"/campaigns/{batch_id}/review")
    announced = page.locator("[data-announce]")
    page.locator(".creative-picture").first.focus()
    page.keyboard.press("a")
    expect(announced).to_have_text("lamp: approved.")
    page.keyboard.press("r")
    page.keyboard.type("Too dark")
    page.keyboard.press("Enter")
    expect(announced).to_have_text("lamp: rejected.")
    expect(page.get_by_text("1 approved")).to_be_visible()
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    expect(page.get_by_text("2 picked")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/creatives/"))

    first = page.url
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(first)
    assert [item.review.value for item in workshop.items_of(batch_id)][:3] == ["approved", "rejected", "pending"]


@pytest.mark.parametrize(
    ("size", "scheme"), _LOOKS, ids=lambda value: str(value[0] if isinstance(value, tuple) else value)
)
def test_every_page_of_a_campaign_can_be_used_by_everybody(
    browser: Browser,
    web_url: str,
    workspace_id: UUID,
    api_key: str,
    table: Path,
    size: tuple[int, int],
    scheme: Scheme,
) -> None:
    upload = workshop.upload(workspace_id, table.read_bytes(), "autumn.csv")
    choices = "name=Autumn&template=card&size=story&size=728x90&locale=en&locale=ar"
    fields = f"/campaigns/new/{upload}/fields?{choices}"
    with Visitor(browser, web_url, size, scheme) as visitor:
        visitor.sign_in(api_key)
        looked_over(visitor, "/campaigns")
        campaign = f"/campaigns/{made(workspace_id, table)}"
        planned = f"/campaigns/{studio.planned(workspace_id, name='Planned')}"
        item = workshop.items_of(UUID(campaign.rpartition("/")[2]))[0]
        new = ("/campaigns/new", f"/campaigns/new/{upload}", fields, f"/campaigns/new/{upload}/fields?name=Autumn")
        of_one = ("", "/review", "/download", "/problems", f"/creatives/{item.id}")
        for path in ("/campaigns", *new, planned, *(campaign + each for each in of_one), f"/jobs/{item.job_id}"):
            looked_over(visitor, path)
