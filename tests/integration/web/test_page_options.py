"""The advanced part of the form, and what a job's page says and offers of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from apiflask import APIFlask

from shared.clock import utc_now
from shared.jobs.models import Job
from shared.jobs.states import JobState, Priority
from tests.integration.jobs.actions import claim_one, count, finish, read, states, submit
from tests.integration.web.browser_session import BrowserSession, form, words


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


def submitted(person: BrowserSession, **values: str) -> UUID:
    """The job that the start page's form makes."""
    page = person.open("/?model=starter/adcopy")
    reply = person.send(page, "/", **{"input.prompt": "Coffee by Zorvi", "input.seed": "7", **values})
    assert reply.status_code == 303, words(reply.text)
    return UUID(reply.headers["Location"].removeprefix("/jobs/"))


def test_a_form_that_is_left_alone_makes_an_interactive_job_that_runs_now(person: BrowserSession) -> None:
    job = read(submitted(person))

    assert (job.priority, job.expires_at) == (Priority.INTERACTIVE, None)
    assert claim_one().job_id == job.id


def test_a_job_is_scheduled_in_minutes_and_its_page_says_when(person: BrowserSession) -> None:
    job_id = submitted(person, **{"option.run_after": "90", "option.expires_after": "120", "option.priority": "bulk"})

    job = read(job_id)
    assert timedelta(minutes=89) <= job.run_after - utc_now() <= timedelta(minutes=90)
    assert (job.priority, job.expires_at) == (Priority.BULK, job.created_at + timedelta(minutes=120))
    page = words(person.open(f"/jobs/{job_id}").text)
    assert "Scheduled" in page
    assert "Expires unless begun by" in page
    assert "begins" in words(person.open("/jobs").text)


def test_a_second_press_of_the_button_is_the_same_scheduled_job(person: BrowserSession) -> None:
    page = person.open("/?model=starter/adcopy")
    values = {"input.prompt": "x", "option.run_after": "90"}
    first, second = (person.send(page, "/", **values) for _ in range(2))

    assert first.headers["Location"] == second.headers["Location"]
    assert count(Job) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"option.run_after": "soon"}, "Must be a whole number of minutes, 0 to 527040"),
        ({"option.expires_after": "0"}, "Must be a whole number of minutes, 1 to 43200"),
        ({"option.run_after": "90", "option.expires_after": "5"}, "would expire before"),
        ({"option.priority": "urgent"}, "Must be interactive, normal or bulk, not 'urgent'"),
        ({"option.reuse": "maybe"}, "Must be true or false, not 'maybe'"),
    ],
)
def test_a_wrong_option_is_told_at_its_field_and_nothing_typed_is_lost(
    person: BrowserSession, values: dict[str, str], message: str
) -> None:
    page = person.open("/?model=starter/adcopy")
    reply = person.send(page, "/", **{"input.prompt": "x", **values})

    assert reply.status_code == 422
    assert message in words(reply.text)
    assert '<details class="options advanced" open' in reply.text
    if "option.run_after" in values:
        assert form(reply.text, "/")["option.run_after"] == values["option.run_after"]
    assert count(Job) == 0


def test_an_equal_job_is_there_at_once_and_says_where_from(person: BrowserSession) -> None:
    first = submitted(person)
    twin = submitted(person)
    assert "Waiting for an equal job" in words(person.open(f"/jobs/{twin}").text)
    finish(claim_one())

    assert states([first, twin, submitted(person)]) == [JobState.SUCCEEDED] * 3
    page = person.open(f"/jobs/{twin}").text
    assert f'href="/jobs/{first}"' in page
    assert "taken over from an equal job" in words(page)


def test_whoever_wants_it_made_anew_can_say_so(person: BrowserSession) -> None:
    first = submitted(person)
    finish(claim_one())

    assert read(submitted(person, **{"option.reuse": "no"})).state is JobState.QUEUED
    claim_one()
    again = person.send(person.open(f"/jobs/{first}"), f"/jobs/{first}/reproduce")
    assert read(UUID(again.headers["Location"].removeprefix("/jobs/"))).state is JobState.QUEUED


def test_a_job_that_has_not_begun_can_be_moved_on_its_page(person: BrowserSession, workspace_id: UUID) -> None:
    job_id = submit(workspace_id)
    page = person.open(f"/jobs/{job_id}")
    assert person.send(page, f"/jobs/{job_id}/priority", priority="bulk").status_code == 303
    assert read(job_id).priority == Priority.BULK

    assert person.send(page, f"/jobs/{job_id}/priority", priority="urgent").status_code == 422
    claim_one()
    assert person.send(page, f"/jobs/{job_id}/priority", priority="normal").status_code == 409
    assert f'action="/jobs/{job_id}/priority"' not in person.open(f"/jobs/{job_id}").text


def test_a_skipped_job_says_for_whom(person: BrowserSession, workspace_id: UUID) -> None:
    parent = submit(workspace_id)
    child = submit(workspace_id, depends_on=[parent], on_dependency_failure="skip")
    person.send(person.open(f"/jobs/{parent}"), f"/jobs/{parent}/cancel")

    page = words(person.open(f"/jobs/{child}").text)
    assert "Skipped" in page
    assert f"depends on job {parent}" in page
