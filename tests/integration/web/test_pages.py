"""The pages, without scripts: everything can be done with forms and links."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from apiflask import APIFlask
from sqlalchemy import func, update

from shared.artifacts.models import Artifact
from shared.db import session_scope
from shared.errors import GenerationFailed
from shared.jobs.models import Job
from shared.jobs.states import JobState
from shared.queue.names import QueueName
from shared.storage.s3 import get_store
from shared.workers.models import Worker
from tests.integration.jobs.actions import artifacts, cancel, claim_one, count, fail, make_due, read
from tests.integration.web.browser_session import BrowserSession, form, words
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with


@pytest.fixture
def person(app: APIFlask, models: None, api_key: str) -> BrowserSession:
    """Somebody signed in to ``main``."""
    browser = BrowserSession(app)
    assert browser.sign_in(api_key).status_code == 303
    return browser


def submitted(person: BrowserSession, **values: str) -> UUID:
    """The job that the start page's form makes."""
    reply = person.send(person.open("/"), "/", **{"input.prompt": "a calm ocean", **values})
    assert reply.status_code == 303, words(reply.text)
    return UUID(reply.headers["Location"].removeprefix("/jobs/"))


def test_a_form_becomes_a_job_and_its_page(person: BrowserSession) -> None:
    job_id = submitted(person, **{"input.num_images": "2", "input.seed": "7"})
    job = read(job_id)
    assert (job.input["prompt"], job.input["num_images"], job.input["seed"]) == ("a calm ocean", 2, 7)
    assert job.input["guidance_scale"] == 3.0
    page = words(person.open(f"/jobs/{job_id}").text)
    assert "a calm ocean" in page
    assert "Queued" in page


def test_every_model_has_its_form(person: BrowserSession) -> None:
    page = person.open("/?model=starter/adcopy")
    fields = form(page.text, "/")
    assert fields["model"] == "starter/adcopy"
    assert {"input.temperature", "input.num_return_sequences"} <= fields.keys()
    assert "input.guidance_scale" not in fields


def test_a_second_click_makes_no_second_job(person: BrowserSession) -> None:
    page = person.open("/")
    first, second = (person.send(page, "/", **{"input.prompt": "a calm ocean"}) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(Job) == 1


def test_a_form_that_is_edited_after_going_back_is_another_job(person: BrowserSession) -> None:
    page = person.open("/")
    first = person.send(page, "/", **{"input.prompt": "a calm ocean"})
    second = person.send(page, "/", **{"input.prompt": "a wild ocean"})
    assert first.headers["Location"] != second.headers["Location"]


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(person: BrowserSession) -> None:
    values = {"input.prompt": "a <calm> ocean", "input.num_inference_steps": "1000", "input.seed": "many"}
    reply = person.send(person.open("/"), "/", **values)
    assert reply.status_code == 422
    fields = form(reply.text, "/")
    assert {name: fields[name] for name in values} == values
    assert re.search(r'id="f-num_inference_steps"[^>]*aria-invalid="true"', reply.text)
    assert "f-num_inference_steps-wrong" in reply.text
    assert "Must be 200 at most, not 1000" in words(reply.text)
    assert "<details" in reply.text
    assert re.search(r'<details class="options" open', reply.text)
    assert count(Job) == 0


def test_an_empty_prompt_is_told_at_the_prompt(person: BrowserSession) -> None:
    reply = person.send(person.open("/"), "/", **{"input.prompt": "  "})
    assert reply.status_code == 422
    assert re.search(r'id="f-prompt"[^>]*aria-invalid="true"', reply.text)


@pytest.mark.parametrize(
    "typed", ["nan", "1e999", "9" * 5000, "1\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
)
def test_no_typing_breaks_the_server(person: BrowserSession, typed: str) -> None:
    page = person.open("/?model=starter/adcopy")
    values = {"input.prompt": f"x{typed}", "input.temperature": typed, "input.stop": typed, "input.seed": typed}
    assert person.send(page, "/", **values).status_code in (303, 422)


def test_a_job_can_be_made_again_with_the_form_as_it_was(person: BrowserSession) -> None:
    job_id = submitted(person, **{"input.num_images": "3", "input.negative_prompt": "people"})
    fields = form(person.open(f"/?from={job_id}").text, "/")
    assert fields["input.prompt"] == "a calm ocean"
    assert fields["input.num_images"] == "3"
    assert fields["input.negative_prompt"] == "people"
    assert fields["input.seed"] == str(read(job_id).input["seed"])


def test_markup_in_a_prompt_stays_text_everywhere(person: BrowserSession) -> None:
    job_id = submitted(person, **{"input.prompt": "<script>alert(1)</script>"})
    for path in ("/", "/jobs", f"/jobs/{job_id}", f"/?from={job_id}"):
        text = person.open(path).text
        assert "<script>alert" not in text, path
        assert "&lt;script&gt;alert" in text, path


def test_the_list_shows_each_job_with_its_state(person: BrowserSession) -> None:
    first = submitted(person)
    finish_with(b"\x89PNG", media_type="image/png", extension="png")
    second = submitted(person)
    text = person.open("/jobs").text
    assert re.findall(r'data-job="([^"]+)" data-state="([^"]+)"', text) == [
        (str(second), "queued"),
        (str(first), "succeeded"),
    ]
    assert f'src="/artifacts/{artifacts(first)[0].id}"' in text


def test_the_list_is_paged_by_links(person: BrowserSession, api: Caller) -> None:
    made = [api.submit(f"slogan {number}")["id"] for number in range(30)]
    newest = person.open("/jobs")
    (older,) = re.findall(r'href="(/jobs\?before=[^"]+)"', newest.text)
    seen = re.findall(r'data-job="([^"]+)"', newest.text) + re.findall(r'data-job="([^"]+)"', person.open(older).text)
    assert seen == made[::-1]


def test_a_part_of_a_page_alone_is_for_scripts(person: BrowserSession, app: APIFlask) -> None:
    job_id = submitted(person)
    for path in ("/jobs", "/", f"/jobs/{job_id}"):
        part = person.fetch(f"{path}?fragment").text
        assert str(job_id) in part
        assert "<html" not in part
    signed_out = BrowserSession(app).fetch("/jobs?fragment")
    assert signed_out.status_code == 401, "a script is told, not sent to a page"


def test_a_job_is_called_off_by_its_button(person: BrowserSession) -> None:
    job_id = submitted(person)
    person.send(person.open(f"/jobs/{job_id}"), f"/jobs/{job_id}/cancel")
    assert read(job_id).state is JobState.CANCELED
    assert "Called off" in person.open(f"/jobs/{job_id}").text


def test_a_failed_job_says_why_and_is_tried_again_by_its_button(person: BrowserSession) -> None:
    job_id = submitted(person)
    for _ in range(3):
        fail(GenerationFailed("The model fell over."), claim_one())
        make_due(job_id)
    page = person.open(f"/jobs/{job_id}")
    assert "The model fell over." in words(page.text)
    assert "3 of 3 attempts" in words(page.text)
    first, second = (person.send(page, f"/jobs/{job_id}/retry") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(Job) == 2


def test_varying_keeps_everything_but_the_seed(person: BrowserSession) -> None:
    job_id = submitted(person, **{"input.seed": "7", "input.num_images": "2"})
    finish_with(b"\x89PNG", media_type="image/png", extension="png")
    reply = person.send(person.open(f"/jobs/{job_id}"), f"/jobs/{job_id}/vary")
    varied = read(UUID(reply.headers["Location"].removeprefix("/jobs/"))).input
    assert varied.pop("seed") != 7
    assert varied == {name: value for name, value in read(job_id).input.items() if name != "seed"}


def test_a_text_is_there_to_read(person: BrowserSession, api: Caller) -> None:
    job = api.submit()
    finish_with("Wake up <softly> – Zorvi.".encode())
    text = person.open(f"/jobs/{job['id']}").text
    assert "Wake up &lt;softly&gt; – Zorvi." in text


def test_a_store_that_is_away_does_not_take_the_page_with_it(person: BrowserSession, api: Caller) -> None:
    job = api.submit()
    finish_with(b"Wake up.")
    get_store().delete(artifacts(UUID(job["id"]))[0].object_key)
    page = person.open(f"/jobs/{job['id']}")
    assert page.status_code == 200
    assert "does not answer" in words(page.text)


def test_a_job_whose_files_are_no_longer_kept_says_so(person: BrowserSession, api: Caller) -> None:
    job = api.submit()
    made = artifacts(finish_with(b"Wake up."))[0]
    with session_scope() as session:
        session.execute(update(Artifact).values(removed_at=func.now()))

    assert "No longer kept" in words(person.open(f"/jobs/{job['id']}").text)
    assert person.fetch(f"/artifacts/{made.id}").status_code == 410
    assert person.open("/jobs").status_code == 200


def test_a_job_that_nobody_can_run_says_so(person: BrowserSession, workspace_id: UUID) -> None:
    job_id = submitted(person)
    assert "No worker is running" in words(person.open(f"/jobs/{job_id}").text)
    with session_scope() as session:
        session.add(Worker(queue=QueueName.GENERATION, host="here", process_id=1, device="cpu"))
    assert "No worker is running" not in person.open(f"/jobs/{job_id}").text
    cancel(workspace_id, job_id)


def test_an_artifact_is_served_to_the_session(person: BrowserSession, app: APIFlask, api: Caller) -> None:
    api.submit()
    made = artifacts(finish_with(b"Wake up."))[0]
    reply = person.fetch(f"/artifacts/{made.id}")
    assert (reply.status_code, reply.data) == (200, b"Wake up.")
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert BrowserSession(app).fetch(f"/artifacts/{made.id}").status_code == 303


def test_another_workspaces_job_is_not_found(person: BrowserSession, stranger: Caller) -> None:
    job = stranger.submit()
    finish_with(b"Wake up.")
    made = artifacts(UUID(job["id"]))[0]
    for path in (f"/jobs/{job['id']}", f"/jobs/{job['id']}/events", f"/artifacts/{made.id}", f"/?from={job['id']}"):
        assert person.fetch(path).status_code == 404, path
    page = person.open("/")
    for action in ("cancel", "retry", "vary"):
        token = form(page.text, "/")["csrf_token"]
        reply = person.post(f"/jobs/{job['id']}/{action}", csrf_token=token)
        assert reply.status_code == 404, action


def test_an_unknown_page_is_a_page_with_a_way_back(person: BrowserSession) -> None:
    reply = person.fetch("/nothing", {"Accept": "text/html"})
    assert reply.status_code == 404
    assert "could not be found" in reply.text
    assert 'href="/jobs"' in reply.text


def test_without_any_model_the_start_page_says_what_is_missing(app: APIFlask, api_key: str, database: None) -> None:
    browser = BrowserSession(app)
    browser.sign_in(api_key)
    assert "No model yet" in browser.open("/").text
