"""What a submission can ask for beside its input, and what its reply says of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from shared.clock import iso, utc_now
from shared.identifiers import new_id
from tests.integration.jobs.actions import claim, claim_one, finish, read
from tests.integration.web.caller import Caller


def test_a_schedule_and_a_deadline_are_said_back(api: Caller) -> None:
    moment = utc_now() + timedelta(hours=1)
    job = api.submit(run_after=moment.isoformat(), expires_after=7200)

    assert job["run_after"] == iso(moment)
    assert job["expires_at"] == iso(read(UUID(job["id"])).created_at + timedelta(hours=2))
    assert api.get(f"/jobs/{job['id']}").get_json()["run_after"] == iso(moment)
    assert claim() == []


def test_a_time_in_another_zone_is_the_same_instant(api: Caller) -> None:
    moment = (utc_now() + timedelta(hours=30)).replace(microsecond=0)
    written = (moment + timedelta(hours=5, minutes=30)).strftime("%Y-%m-%dT%H:%M:%S+05:30")

    assert api.submit(run_after=written)["run_after"] == iso(moment)


def test_a_deadline_before_the_time_is_refused(api: Caller) -> None:
    body = {
        "model": "starter/adcopy",
        "input": {"prompt": "x"},
        "run_after": (utc_now() + timedelta(hours=1)).isoformat(),
        "expires_after": 60,
    }
    reply = api.post("/jobs", body)

    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "expires_after")


def test_an_equal_job_is_answered_at_once_with_its_outputs(api: Caller) -> None:
    first = api.submit()
    finish(claim_one())
    body = {"model": "starter/adcopy", "input": {"prompt": "Coffee by Zorvi", "seed": 7}}

    reply = api.post("/jobs", body, {"Prefer": "wait=5"})

    job = reply.get_json()
    assert (reply.status_code, job["state"], job["reused_from"]) == (200, "succeeded", first["id"])
    made = api.get(f"/jobs/{first['id']}").get_json()["artifacts"]
    assert [one["sha256"] for one in job["artifacts"]] == [one["sha256"] for one in made]
    assert job["artifacts"][0]["id"] != made[0]["id"]


def test_a_job_is_moved_to_another_class(api: Caller) -> None:
    job = api.submit()
    reply = api.patch(f"/jobs/{job['id']}", {"priority": "bulk"})
    assert (reply.status_code, reply.get_json()["priority"]) == (200, "bulk")

    refused = api.patch(f"/jobs/{job['id']}", {"priority": "urgent"}).get_json()["errors"]
    assert refused == [{"path": "priority", "message": "must be interactive, normal or bulk, not 'urgent'"}]
    claim_one()
    assert api.patch(f"/jobs/{job['id']}", {"priority": "normal"}).status_code == 409


def test_only_those_who_may_write_can_move_a_job_and_only_their_own(
    api: Caller, reader: Caller, stranger: Caller
) -> None:
    job = api.submit()

    assert reader.patch(f"/jobs/{job['id']}", {"priority": "bulk"}).status_code == 403
    assert stranger.patch(f"/jobs/{job['id']}", {"priority": "bulk"}).status_code == 404
    assert api.patch(f"/jobs/{new_id()}", {"priority": "bulk"}).status_code == 404
    assert read(UUID(job["id"])).priority == 10


def test_a_reproduction_is_a_new_job_of_the_same_input(api: Caller, stranger: Caller) -> None:
    first = api.submit(labels={"campaign": "spring"})
    finish(claim_one())

    reply = api.post(f"/jobs/{first['id']}/reproduce", headers={"Idempotency-Key": "again"})

    again = reply.get_json()
    assert (reply.status_code, again["state"], again["reused_from"]) == (202, "queued", None)
    assert (again["input"], again["labels"]) == (first["input"], first["labels"])
    assert api.post(f"/jobs/{first['id']}/reproduce", headers={"Idempotency-Key": "again"}).get_json() == again
    assert stranger.post(f"/jobs/{first['id']}/reproduce").status_code == 404


def test_a_misspelt_option_comes_with_what_was_meant(api: Caller) -> None:
    reply = api.post("/jobs", {"model": "starter/adcopy", "input": {"prompt": "x"}, "run_afer": "2026-12-24T18:00:00Z"})

    assert reply.get_json()["errors"] == [
        {"path": "run_afer", "message": "is not a field of this input; did you mean 'run_after'?"}
    ]
