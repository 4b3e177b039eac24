"""What a person sees who waits for a job to begin."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from shared.db import session_scope
from shared.jobs import pauses
from shared.jobs.pauses import PauseTarget
from shared.queue.names import QueueName
from shared.workers.models import Worker
from tests.integration.jobs.actions import WORKER, claim_one, finish, submit

_SOON = 15_000
"""Milliseconds: places are looked at every three seconds."""


@pytest.fixture(autouse=True)
def worker(database: None) -> None:
    """A living worker."""
    with session_scope() as session:
        session.add(Worker(id=WORKER, queue=QueueName.GENERATION, host="atelier", process_id=1, device="cpu"))


def test_a_job_moves_forward_in_the_queue_before_ones_eyes(page: Page, workspace_id: UUID) -> None:
    for seed in (1, 2):
        submit(workspace_id, input={"prompt": "Coffee by Zorvi", "seed": seed})
    page.goto(f"/jobs/{submit(workspace_id)}")
    expect(page.get_by_text("3rd in the queue")).to_be_visible()
    page.evaluate("window.stayed = true")
    finish(claim_one(), device_seconds=20.0)
    expect(page.get_by_text("2nd in the queue, about 20 s")).to_be_visible(timeout=_SOON)
    finish(claim_one(), device_seconds=20.0)
    expect(page.get_by_text("Next in the queue")).to_be_visible(timeout=_SOON)
    assert page.evaluate("window.stayed"), "the page was never loaded anew"


def test_a_pause_and_its_end_are_told_while_one_looks(page: Page, workspace_id: UUID) -> None:
    page.goto(f"/jobs/{submit(workspace_id)}")
    expect(page.get_by_text("Next in the queue")).to_be_visible(timeout=_SOON)
    queue = PauseTarget.of_queue(QueueName.GENERATION)
    with session_scope() as session:
        pauses.pause(session, queue, "The machine gets a new disk.")
    expect(page.get_by_text("The machine gets a new disk.")).to_be_visible(timeout=_SOON)
    with session_scope() as session:
        pauses.resume(session, queue)
    expect(page.get_by_text("Next in the queue")).to_be_visible(timeout=_SOON)


def test_a_workspace_is_paused_and_resumed_with_its_buttons(page: Page, workspace_id: UUID) -> None:
    page.goto("/jobs")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This workspace is paused.")).to_be_visible()
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
