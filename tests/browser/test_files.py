"""Files at a browser: sent while one looks, chosen among those that are here, and used again."""

from __future__ import annotations

import re
from uuid import UUID

from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from shared.artifacts.models import Upload
from shared.jobs.models import Job
from tests.browser.test_creating import PROMPT, job_shown
from tests.browser.visitor import PHONE, Visitor
from tests.integration.jobs.actions import artifacts, count, read, submit
from tests.integration.web.results import finish_with
from tests.integration.web.sample_files import picture, sound

PORTRAIT = FilePayload(name="Porträt.png", mimeType="image/png", buffer=picture(64))


def open_form(page: Page) -> None:
    """The picture form with its options open, and a prompt."""
    page.goto("/?model=starter/backdrops")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_text("Options").click()


def test_a_file_is_sent_while_one_looks_and_then_chosen(page: Page) -> None:
    open_form(page)
    field = page.get_by_role("group", name="Picture image", exact=True)
    field.locator("[type=file]").set_input_files(PORTRAIT)
    expect(field.get_by_role("status")).to_have_text("Porträt.png is here and chosen.")
    expect(field.get_by_role("radio", name="Porträt.png")).to_be_checked()
    preview = field.get_by_alt_text("The chosen picture")
    expect(preview).to_be_visible()
    page.get_by_role("button", name="Create", exact=True).click()

    image = read(job_shown(page)).input["image"]
    assert count(Upload) == 1
    expect(page.get_by_role("link", name="Porträt.png")).to_have_attribute("href", f"/uploads/{image['upload']}")


def test_a_file_that_is_not_taken_is_explained_at_its_field_and_another_mends_it(page: Page) -> None:
    open_form(page)
    field = page.get_by_role("group", name="Picture image", exact=True)
    chooser = field.locator("[type=file]")
    chooser.set_input_files(FilePayload(name="talk.wav", mimeType="audio/wav", buffer=sound()))
    expect(chooser).to_have_attribute("aria-invalid", "true")
    expect(field.locator(".wrong")).to_contain_text("talk.wav is audio/wav; this takes PNG, JPEG or WebP")
    expect(chooser).to_have_accessible_description(re.compile("talk.wav is audio/wav"))
    chooser.set_input_files(FilePayload(name="x.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n\xe2\xe3"))
    expect(field.locator(".wrong")).to_contain_text("x.pdf is neither PNG, JPEG, WebP")
    chooser.set_input_files(PORTRAIT)
    expect(field.get_by_role("radio", name="Porträt.png")).to_be_checked()
    expect(chooser).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)


def test_a_form_sent_too_early_waits_for_its_file(page: Page) -> None:
    open_form(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/uploads?*", hold)
    page.locator("#f-image").set_input_files(PORTRAIT)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("button", name="Create", exact=True)).to_have_attribute("aria-busy", "true")
    assert count(Job) == 0
    held[0].continue_()
    assert "upload" in read(job_shown(page)).input["image"]


def test_a_result_is_used_as_the_file_of_another_form(page: Page, workspace_id: UUID) -> None:
    first = submit(workspace_id, model="starter/backdrops", input={"prompt": "golden dunes"})
    finish_with(picture(), media_type="image/png", extension="png")
    page.goto(f"/jobs/{first}")
    page.get_by_text("Use it").click()
    page.get_by_role("link", name="Backdrops", exact=True).click()
    page.wait_for_url("**/?model=*")
    field = page.get_by_role("group", name="Picture image", exact=True)
    expect(field.get_by_role("radio", name="golden dunes")).to_be_checked()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_role("button", name="Create", exact=True).click()
    assert read(job_shown(page)).input["image"] == {"artifact": str(artifacts(first)[0].id)}


def test_a_file_is_sent_with_the_form_where_there_are_no_scripts(
    browser: Browser, web_url: str, models: None, api_key: str
) -> None:
    with Visitor(browser, web_url, PHONE, scripts=False) as visitor:
        visitor.sign_in(api_key)
        open_form(visitor.page)
        visitor.page.locator("#f-image").set_input_files(PORTRAIT)
        visitor.page.get_by_role("button", name="Create", exact=True).click()
        assert "upload" in read(job_shown(visitor.page)).input["image"]
        expect(visitor.page.get_by_role("link", name="Porträt.png")).to_be_visible()


def test_files_are_chosen_by_keyboard(page: Page, workspace_id: UUID) -> None:
    submit(workspace_id, model="starter/backdrops", input={"prompt": "golden dunes"})
    finish_with(picture(), media_type="image/png", extension="png")
    open_form(page)
    field = page.get_by_role("group", name="Picture image", exact=True)
    field.get_by_text("Or one that is here already").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(field.get_by_role("radio", name="None of them")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field.get_by_role("radio", name="golden dunes")).to_be_checked()
