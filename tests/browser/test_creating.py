"""From a prompt to its result, at a browser."""

from __future__ import annotations

import base64
import re
from uuid import UUID

from playwright.sync_api import Browser, Page, expect

from shared.errors import GenerationFailed
from shared.jobs import progress
from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.browser.gallery import png
from tests.browser.visitor import PHONE, Visitor
from tests.integration.jobs.actions import claim_one, confirm_cancel, count, fail, make_due, read, submit
from tests.integration.jobs.waiting import until
from tests.integration.web.results import finish, finish_with

PROMPT = "a calm teal ocean at dawn"


def create(page: Page, prompt: str = PROMPT) -> UUID:
    """Fill in the form and send it; the job whose page comes."""
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.get_by_role("button", name="Create", exact=True).click()
    return job_shown(page)


def job_shown(page: Page) -> UUID:
    """The job whose page is open, or opens now."""
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}$"))
    return UUID(page.url.rsplit("/", 1)[-1])


def test_a_picture_takes_shape_before_ones_eyes(page: Page) -> None:
    job_id = create(page)
    expect(page.get_by_text("In the queue", exact=True)).to_be_visible()
    page.evaluate("window.stayed = true")
    claimed = claim_one()
    expect(page.get_by_text("Taking shape")).to_be_visible()
    progress.publish([(job_id, "progress", {"step": 5, "total": 20, "rate": 2.0, "eta_seconds": 7.6})])
    expect(page.get_by_text("Step 5 of 20 · about 8 s left")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("each => each.value / each.max") == 0.25
    assert page.title().startswith("25 %")
    picture = base64.b64encode(png(90)).decode()
    progress.publish([(job_id, "preview", {"media_type": "image/png", "base64": picture})])
    expect(page.get_by_alt_text("Preview while it forms")).to_be_visible()
    finish(claimed, [png(120)], "image/png", "png")
    result = page.get_by_role("img", name=PROMPT)
    expect(result).to_be_visible()
    until(lambda: result.evaluate("each => each.naturalWidth") == 64, what="the picture's pixels")
    expect(page.get_by_role("status")).to_have_text("The job is succeeded.")
    assert page.evaluate("window.stayed"), "the page was never loaded anew"


def test_a_text_can_be_copied_and_downloaded(page: Page, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    finish_with(b"Zorvi: wake up & wink.")
    page.goto(f"/jobs/{job_id}")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "Zorvi: wake up & wink."
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == f"{job_id}-0.txt"
    assert download.value.path().read_text() == "Zorvi: wake up & wink."


def test_an_example_fills_the_prompt_and_the_keyboard_sends_it(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="golden desert dunes at sunset").click()
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_have_value("golden desert dunes at sunset")
    expect(prompt).to_be_focused()
    prompt.press("Control+Enter")
    assert read(job_shown(page)).input["prompt"] == "golden desert dunes at sunset"


def test_the_prompt_goes_along_to_another_model(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_role("link", name=re.compile("Ad copy")).click()
    expect(page.get_by_role("link", name=re.compile("Ad copy"))).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)


def test_a_double_click_makes_one_job(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_role("button", name="Create", exact=True).dblclick()
    job_shown(page)
    assert count(Job) == 1


def test_bounds_are_told_before_anything_is_sent_and_the_message_goes_when_mended(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_text("Options").click()
    steps = page.get_by_label("Steps")
    steps.fill("1000")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(steps).to_be_focused()
    expect(steps).to_have_attribute("aria-invalid", "true")
    expect(steps).to_have_accessible_description(re.compile("less than or equal to 200"))
    assert count(Job) == 0
    steps.fill("20")
    expect(steps).not_to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Create", exact=True).click()
    assert read(job_shown(page)).input["num_inference_steps"] == 20


def test_what_only_the_server_can_refuse_stands_at_its_field(page: Page) -> None:
    page.goto("/?model=starter/adcopy")
    page.get_by_label("Prompt", exact=True).fill("Coffee by Zorvi")
    page.get_by_text("Options").click()
    page.get_by_label("Longest prompt and text, in tokens").fill("100")
    page.get_by_label("Longest text, in tokens").fill("20")
    page.get_by_role("button", name="Create", exact=True).click()
    wrong = page.get_by_label("Longest prompt and text, in tokens")
    expect(wrong).to_have_accessible_description(re.compile("one of the two"))
    expect(page.get_by_label("Longest text, in tokens")).to_have_value("20")


def test_calling_off_a_running_job_shows_both_steps(page: Page) -> None:
    create(page)
    claimed = claim_one()
    expect(page.get_by_text("Taking shape")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Stopping at the next step")).to_be_visible()
    confirm_cancel(claimed)
    expect(page.get_by_role("heading", name="Called off")).to_be_visible()
    assert read(claimed.job_id).state is JobState.CANCELED


def test_a_failure_is_explained_and_tried_again(page: Page) -> None:
    first = create(page)
    for _ in range(3):
        fail(GenerationFailed("The model fell over."), claim_one())
        make_due(first)
    expect(page.get_by_role("heading", name="It did not work out")).to_be_visible()
    expect(page.get_by_text("The model fell over.").first).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(lambda url: str(first) not in url)
    assert read(job_shown(page)).input == read(first).input


def test_a_result_is_varied_and_made_again(page: Page) -> None:
    first = create(page)
    finish_with(png(80), media_type="image/png", extension="png")
    page.get_by_role("button", name="Vary the seed").click()
    page.wait_for_url(lambda url: str(first) not in url)
    assert read(job_shown(page)).input["seed"] != read(first).input["seed"]
    page.goto(f"/jobs/{first}")
    page.get_by_role("link", name="Edit a copy").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    expect(page.get_by_label("Seed")).to_have_value(str(read(first).input["seed"]))


def test_the_list_and_the_latest_follow_what_happens(page: Page, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    page.goto("/jobs")
    row = page.locator(f'[data-job="{job_id}"]')
    expect(row).to_contain_text("Queued")
    claimed = claim_one()
    expect(row).to_contain_text("Running")
    page.context.new_page().goto("/")
    start = page.context.pages[-1]
    finish(claimed, [b"Wake up."], "text/plain; charset=utf-8", "txt")
    expect(row).to_contain_text("Succeeded")
    expect(page.get_by_role("status")).to_contain_text("succeeded")
    expect(start.locator(f'[data-job="{job_id}"]')).to_contain_text("Succeeded")
    newer = submit(workspace_id)
    expect(page.locator(f'[data-job="{newer}"]')).to_be_visible()


def test_a_page_that_comes_back_from_memory_can_be_sent_again(page: Page) -> None:
    first = create(page)
    page.go_back()
    page.get_by_label("Prompt", exact=True).fill("another ocean")
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(lambda url: "/jobs/" in url and str(first) not in url)
    assert count(Job) == 2


def test_everything_can_be_reached_and_done_by_keyboard(page: Page) -> None:
    page.goto("/jobs")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link", name="Create", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/"))
    expect(page.get_by_label("Prompt", exact=True)).to_be_focused()
    page.keyboard.type(PROMPT)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.composer .button-main')"):
            break
    page.keyboard.press("Enter")
    assert read(job_shown(page)).input["prompt"] == PROMPT


def test_without_scripts_a_job_is_made_and_its_result_seen(
    browser: Browser, web_url: str, models: None, api_key: str
) -> None:
    with Visitor(browser, web_url, PHONE, scripts=False) as visitor:
        visitor.sign_in(api_key)
        create(visitor.page)
        finish_with(png(200), media_type="image/png", extension="png")
        # The page loads itself again while the job is alive.
        expect(visitor.page.get_by_role("img", name=PROMPT)).to_be_visible()
