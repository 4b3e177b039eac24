"""Looking at jobs, and ending them."""

from __future__ import annotations

from uuid import UUID

import pytest

from shared.errors import GenerationFailed
from shared.jobs import progress
from shared.jobs.states import JobState
from tests.integration.jobs.actions import cancel, claim_one, confirm_cancel, fail, make_due, read
from tests.integration.web.caller import Caller
from tests.integration.web.results import finish_with


def test_a_list_is_paged_to_its_end_without_a_gap(api: Caller) -> None:
    made = [api.submit(f"slogan {number}")["id"] for number in range(7)]
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = api.get(f"/jobs?limit=2{cursor}").get_json()
        seen += [job["id"] for job in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made[::-1]
    assert page["next_cursor"] is None


def test_a_page_that_is_just_full_is_the_last(api: Caller) -> None:
    api.submit()
    api.submit()
    assert api.get("/jobs?limit=2").get_json()["next_cursor"] is None


def test_a_list_can_be_of_one_state(api: Caller, workspace_id: UUID) -> None:
    called_off, kept = UUID(api.submit()["id"]), UUID(api.submit()["id"])
    cancel(workspace_id, called_off)
    assert [job["id"] for job in api.get("/jobs?state=canceled").get_json()["items"]] == [str(called_off)]
    assert [job["id"] for job in api.get("/jobs?state=queued").get_json()["items"]] == [str(kept)]


@pytest.mark.parametrize(
    ("query", "path"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("state=done", "state"), ("cursor=1", "cursor"), ("page=2", "page")],
)
def test_a_bad_query_is_named(api: Caller, query: str, path: str) -> None:
    reply = api.get(f"/jobs?{query}")
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, path)


def test_a_job_that_succeeded_shows_what_it_made(api: Caller) -> None:
    job = api.submit()
    finish_with(b"Wake up.", b"Sit down.")
    found = api.get(f"/jobs/{job['id']}").get_json()
    assert found["state"] == "succeeded"
    assert [(each["index"], each["size"]) for each in found["artifacts"]] == [(0, 8), (1, 9)]
    assert api.get("/jobs").get_json()["items"][0]["artifacts"] == found["artifacts"]


def test_a_running_job_shows_how_far_it_is(api: Caller) -> None:
    job = api.submit()
    claimed = claim_one()
    said = {"step": 4, "total": 20, "rate": 8.0, "eta_seconds": 2.0}
    progress.publish([(claimed.job_id, "progress", said)])
    assert api.get(f"/jobs/{job['id']}").get_json()["progress"] == said


def test_a_failed_job_says_why(api: Caller) -> None:
    job = api.submit()
    for _ in range(3):
        fail(GenerationFailed("The model fell over."), claim_one())
        make_due(UUID(job["id"]))
    found = api.get(f"/jobs/{job['id']}").get_json()
    assert (found["state"], found["attempts"]) == ("failed", 3)
    assert found["error"] == {"code": "generation_failed", "message": "The model fell over."}


def test_the_timeline_has_every_step(api: Caller) -> None:
    job = api.submit()
    fail(GenerationFailed(), claim_one())
    items = api.get(f"/jobs/{job['id']}/timeline").get_json()["items"]
    assert [item["type"] for item in items] == ["job.accepted", "job.started", "job.requeued"]
    assert items[1]["data"]["state"] == "running"


def test_a_job_that_has_not_begun_is_canceled_at_once_and_twice_is_once(api: Caller) -> None:
    job = api.submit()
    for _ in range(2):
        reply = api.post(f"/jobs/{job['id']}/cancel")
        assert (reply.status_code, reply.get_json()["state"]) == (200, "canceled")


def test_a_running_job_is_asked_to_stop(api: Caller) -> None:
    job = api.submit()
    claimed = claim_one()
    reply = api.post(f"/jobs/{job['id']}/cancel")
    assert (reply.status_code, reply.get_json()["state"]) == (202, "running")
    assert reply.get_json()["cancel_requested_at"] is not None
    confirm_cancel(claimed)
    assert read(claimed.job_id).state is JobState.CANCELED


def test_what_has_succeeded_cannot_be_called_off_or_tried_again(api: Caller) -> None:
    job = api.submit()
    finish_with(b"Wake up.")
    for action in ("cancel", "retry"):
        reply = api.post(f"/jobs/{job['id']}/{action}")
        assert (reply.status_code, reply.get_json()["code"]) == (409, "state_conflict"), action


def test_a_retry_is_a_new_job_with_the_same_input_and_seed(api: Caller, workspace_id: UUID) -> None:
    job = api.submit(labels={"campaign": "spring"})
    cancel(workspace_id, UUID(job["id"]))
    reply = api.post(f"/jobs/{job['id']}/retry", headers={"Idempotency-Key": "again"})
    again = reply.get_json()
    assert reply.status_code == 202
    assert again["id"] != job["id"]
    assert (again["input"], again["labels"]) == (job["input"], job["labels"])
    repeated = api.post(f"/jobs/{job['id']}/retry", headers={"Idempotency-Key": "again"})
    assert repeated.get_json()["id"] == again["id"]


def test_an_id_that_is_no_id_is_not_found(api: Caller) -> None:
    assert api.get("/jobs/1%20OR%201=1").status_code == 404
