"""Many jobs in one request."""

from __future__ import annotations

from typing import Any

import pytest

from shared.jobs.models import Job
from shared.jobs.states import JobState
from tests.integration.jobs.actions import claim, count
from tests.integration.web.caller import Caller


def jobs(number: int) -> list[dict[str, Any]]:
    return [
        {"model": "starter/adcopy", "input": {"prompt": f"Coffee {each}", "seed": each}, "priority": "bulk"}
        for each in range(number)
    ]


def test_a_thousand_jobs_are_accepted_in_order(api: Caller) -> None:
    reply = api.post("/jobs/bulk", {"jobs": jobs(1000)})

    assert reply.status_code == 202, reply.text
    items = reply.get_json()["items"]
    assert {item["state"] for item in items} == {"queued"}
    assert [one.job_id.hex for one in claim(3)] == [item["id"].replace("-", "") for item in items[:3]]
    assert api.get(f"/jobs/{items[999]['id']}").get_json()["input"]["seed"] == 999


def test_a_bad_row_is_named_by_its_index_and_none_is_accepted(api: Caller) -> None:
    rows = jobs(5)
    rows[1]["priority"] = "urgent"
    reply = api.post("/jobs/bulk", {"jobs": rows})
    assert (reply.status_code, [error["path"] for error in reply.get_json()["errors"]]) == (422, ["jobs.1.priority"])

    rows = jobs(5)
    rows[3]["input"] = {"prompt": "x", "max_new_tokens": 1000}
    rows[4]["model"] = "starter/adcpy"
    problem = api.post("/jobs/bulk", {"jobs": rows}).get_json()
    assert {error["path"]: error["message"] for error in problem["errors"]} == {
        "jobs.3.input.max_new_tokens": "this model takes 256 at most, not 1000",
        "jobs.4.model": "no model is called 'starter/adcpy'; did you mean 'starter/adcopy'?",
    }
    assert count(Job) == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [({"jobs": []}, "must not be empty"), ({"jobs": jobs(1001)}, "must have 1000 items at most, not 1001")],
)
def test_none_and_too_many_are_refused(api: Caller, body: dict[str, Any], message: str) -> None:
    reply = api.post("/jobs/bulk", body)

    assert (reply.status_code, reply.get_json()["errors"]) == (422, [{"path": "jobs", "message": message}])


def test_a_repeat_with_the_same_key_is_the_same_request(api: Caller) -> None:
    body, key = {"jobs": jobs(3)}, {"Idempotency-Key": "import-1"}
    first = api.post("/jobs/bulk", body, key).get_json()

    assert api.post("/jobs/bulk", body, key).get_json() == first
    assert count(Job) == 3
    assert api.post("/jobs/bulk", {"jobs": jobs(2)}, key).get_json()["code"] == "idempotency_key_reused"


def test_a_reader_may_not_submit(reader: Caller) -> None:
    assert reader.post("/jobs/bulk", {"jobs": jobs(1)}).status_code == 403
    assert count(Job) == 0


def test_a_bad_webhook_is_named_on_each_job_that_has_it(api: Caller) -> None:
    rows = jobs(3)
    for row in rows[:2]:
        row["webhook_url"] = "ftp://example.com"

    paths = [error["path"] for error in api.post("/jobs/bulk", {"jobs": rows}).get_json()["errors"]]

    assert paths == ["jobs.0.webhook_url", "jobs.1.webhook_url"]
    assert JobState.QUEUED not in {one["state"] for one in api.get("/jobs").get_json()["items"]}
