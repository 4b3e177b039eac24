"""What jobs make, played and read at a browser."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from shared.jobs import progress
from tests.browser.every_kind import EveryKind, hang_every_kind
from tests.browser.test_every_page import looked_over
from tests.browser.visitor import DESKTOP, PHONE, Scheme, Visitor
from tests.integration.jobs.actions import claim_one, submit
from tests.integration.web.sample_files import sound
from tests.integration.web.sent_uploads import sent


@pytest.fixture
def kinds(workspace_id: UUID, models: None) -> EveryKind:
    """One job of each kind."""
    return hang_every_kind(workspace_id, sent(workspace_id, sound(), "interview.wav"))


@pytest.mark.parametrize(("kind", "tag"), [("film", "video"), ("notes", "audio")])
def test_what_is_played_can_be_sought_in(page: Page, kinds: EveryKind, kind: str, tag: str) -> None:
    parts: list[Response] = []
    page.on("response", lambda reply: parts.append(reply) if "/artifacts/" in reply.url else None)
    page.goto(f"/jobs/{getattr(kinds, kind)}")
    player = page.locator(f".piece {tag}")
    reached = player.evaluate(
        """each => new Promise((resolve, reject) => {
            each.addEventListener("seeked", () => resolve(each.currentTime));
            each.addEventListener("error", () => reject(each.error.message));
            const seek = () => (each.currentTime = 4.5);
            each.readyState ? seek() : each.addEventListener("loadedmetadata", seek);
        })"""
    )
    assert reached == pytest.approx(4.5, abs=0.2)
    assert any(reply.status == 206 for reply in parts), "the player asked for a part, and got it"


def test_a_sound_is_drawn_and_a_click_goes_to_its_place(page: Page, kinds: EveryKind) -> None:
    page.goto(f"/jobs/{kinds.sound}")
    waveform = page.locator("[data-waveform]")
    expect(waveform).to_be_visible()
    box = waveform.bounding_box()
    assert box is not None
    waveform.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    reached = page.locator(".piece audio").evaluate("each => each.currentTime / each.duration")
    assert reached == pytest.approx(0.5, abs=0.05)


def test_a_transcript_s_subtitles_are_opened_and_copied(page: Page, kinds: EveryKind) -> None:
    page.goto(f"/jobs/{kinds.transcript}")
    expect(page.get_by_role("heading", level=1)).to_have_text("interview.wav")
    expect(page.get_by_text("So we went down to the harbour.", exact=True).first).to_be_visible()
    page.get_by_text("WebVTT").first.click()
    subtitles = page.get_by_label("WebVTT")
    expect(subtitles).to_be_visible()
    page.locator("details[open]").get_by_role("button", name="Copy").click()
    assert "00:00:02.000" in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_pages_of_every_kind_can_be_used_by_everybody(
    browser: Browser, web_url: str, kinds: EveryKind, api_key: str, size: tuple[int, int], scheme: Scheme
) -> None:
    with Visitor(browser, web_url, size, scheme) as visitor:
        visitor.sign_in(api_key)
        forms = ["/?model=tests/notes", "/?model=tests/speech-to-text"]
        jobs = [f"/jobs/{job_id}" for job_id in (kinds.film, kinds.notes, kinds.sound, kinds.transcript)]
        for path in (*forms, *jobs, "/jobs", "/models", "/models/starter/adcopy", "/recipes"):
            looked_over(visitor, path)


def test_a_text_is_read_as_it_is_written_and_said_in_sentences(page: Page, workspace_id: UUID, models: None) -> None:
    job_id = submit(workspace_id)
    page.goto(f"/jobs/{job_id}")
    claim_one()
    expect(page.get_by_text("Writing", exact=True)).to_be_visible()
    loading = {"model": "starter/adcopy", "bytes": 500_000_000, "total_bytes": 2_000_000_000, "seconds": 2.0}
    progress.publish([(job_id, "loading", loading)])
    expect(page.get_by_text("Loading the model, 0.5 GB of 2.0 GB · 2 s")).to_be_visible()
    progress.publish([(job_id, "text", {"text": "Wake <up> & wink. The day is"})])
    draft = page.locator("[data-draft]")
    expect(draft).to_have_text("Wake <up> & wink. The day is")
    expect(page.get_by_role("log")).to_have_text(re.compile(r"^Wake <up> & wink\.\s*$"))
    progress.publish([(job_id, "text", {"text": "Wake <up> & wink. The day is long. And"})])
    expect(draft).to_have_text("Wake <up> & wink. The day is long. And")
