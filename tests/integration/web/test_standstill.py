"""What the pages say of jobs that do not begin yet."""

from __future__ import annotations

from uuid import UUID

import pytest
from apiflask import APIFlask

from shared.db import session_scope
from shared.jobs import pauses
from shared.jobs.pauses import PauseTarget
from shared.queue.names import QueueName
from shared.workers.models import Worker
from tests.integration.jobs.actions import WORKER, claim, submit
from tests.integration.web.browser_session import BrowserSession, words
from tests.integration.web.caller import Caller


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


@pytest.fixture
def worker(database: None) -> None:
    """A living worker."""
    with session_scope() as session:
        session.add(Worker(id=WORKER, queue=QueueName.GENERATION, host="atelier", process_id=1, device="cpu"))


def test_a_workspace_is_paused_and_resumed_by_buttons(person: BrowserSession, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    assert person.send(person.open("/jobs"), "/pause").headers["Location"] == "/jobs"
    for path in ("/", "/jobs", f"/jobs/{job_id}"):
        page = person.open(path)
        assert "This workspace is paused" in words(page.text), path
        assert 'action="/resume"' in page.text, path
    assert 'action="/pause"' not in person.open("/jobs").text
    assert claim() == []
    back = person.send(person.open(f"/jobs/{job_id}"), "/resume").headers["Location"]
    assert back == f"/jobs/{job_id}"
    assert "is paused" not in words(person.open("/jobs").text)
    assert len(claim()) == 1


def test_a_button_leads_back_to_a_page_of_ours_alone(person: BrowserSession) -> None:
    reply = person.send(person.open("/jobs"), "/pause", back="https://elsewhere.example/")
    assert reply.headers["Location"] == "/jobs"


def test_what_an_operator_paused_is_told_with_the_reason_and_without_a_button(
    person: BrowserSession, workspace_id: UUID, stranger_id: UUID
) -> None:
    job_id = submit(workspace_id)
    with session_scope() as session:
        pauses.pause(session, PauseTarget.of_queue(QueueName.GENERATION), "The machine gets a new disk.")
        pauses.pause(session, PauseTarget.of_workspace(stranger_id), "unpaid")
    for path in ("/", "/jobs", f"/jobs/{job_id}"):
        text = person.open(path).text
        assert "The machine gets a new disk." in words(text), path
        assert 'action="/resume"' not in text, path
        assert "unpaid" not in text, "another workspace's pause is its own affair"


def test_a_job_says_where_it_stands(person: BrowserSession, api: Caller, workspace_id: UUID, worker: None) -> None:
    first, second = submit(workspace_id), submit(workspace_id, input={"prompt": "another", "seed": 1})
    assert "Next in the queue" in words(person.open(f"/jobs/{first}").text)
    assert "2nd in the queue" in words(person.open(f"/jobs/{second}").text)
    assert api.get(f"/jobs/{second}").get_json()["queue"] == {
        "position": 2,
        "at_least": False,
        "eta_seconds": None,
        "reason": None,
        "paused": [],
        "waiting_for": [],
        "not_before": None,
    }
    claim()
    assert api.get(f"/jobs/{first}").get_json()["queue"] is None
    assert "in the queue" not in words(person.open(f"/jobs/{first}").text)


def test_the_timeline_names_the_worker(person: BrowserSession, api: Caller, workspace_id: UUID, worker: None) -> None:
    job_id = submit(workspace_id)
    claim()
    (started,) = [
        entry for entry in api.get(f"/jobs/{job_id}/timeline").get_json()["items"] if entry["type"] == "job.started"
    ]
    assert started["data"]["worker"] == {"id": str(WORKER), "host": "atelier", "device": "cpu"}
    assert "On cpu of atelier." in words(person.open(f"/jobs/{job_id}").text)
