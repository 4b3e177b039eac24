"""Submitting jobs over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
import redis
from sqlalchemy import text

from shared.config import get_settings
from shared.db import get_engine
from shared.jobs.models import Job
from tests.integration.jobs.actions import count, read
from tests.integration.web.caller import Caller

PICTURE = {"model": "starter/backdrops", "input": {"prompt": "a calm teal ocean", "seed": 7}}


def test_an_accepted_job_is_answered_whole_and_is_in_the_database(api: Caller) -> None:
    reply = api.post("/jobs", {**PICTURE, "labels": {"campaign": "spring"}, "priority": "bulk"})
    assert reply.status_code == 202
    job = reply.get_json()
    assert reply.headers["Location"] == job["urls"]["self"]
    assert (job["state"], job["priority"], job["labels"]) == ("queued", "bulk", {"campaign": "spring"})
    assert job["input"]["width"] == 256
    assert job["progress"] is None
    assert read(UUID(job["id"])).input == job["input"]
    # Its place in the queue is looked up for whoever asks, not for whoever submits.
    assert {**api.get(f"/jobs/{job['id']}").get_json(), "queue": None} == job


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"model": "starter/backdrop"}, "model", "did you mean 'starter/backdrops'?"),
        ({"input": {"prompt": ""}}, "input.prompt", "must not be empty"),
        ({"input": {}}, "input.prompt", "is missing"),
        ({"input": {"prompt": "x", "width": 100}}, "input.width", "256"),
        ({"input": {"prompt": "x", "wdith": 256}}, "input.wdith", "not a field"),
        ({"input": {"prompt": "x", "seed": -1}}, "input.seed", "must be 0 at least, not -1"),
        ({"input": []}, "input", "must be a JSON object"),
        ({"priority": "urgent"}, "priority", "interactive, normal or bulk"),
        ({"colour": "red"}, "colour", "not a field"),
        ({"depends_on": ["nope"]}, "depends_on.0", "must be an id"),
        ({"depends_on": ["019a1f04-6f0e-7c1a-9b6d-3f2d6c0f7a11"]}, "depends_on.0", "no job"),
        ({"webhook_url": "ftp://example.com"}, "webhook_url", "http"),
        ({"webhook_events": ["job.exploded"]}, "webhook_events.0", "job.started"),
        ({"labels": {"x": "y" * 5000}}, "labels", "4096"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_field_is_named_with_the_reason(api: Caller, change: dict[str, Any], path: str, words: str) -> None:
    reply = api.post("/jobs", {**PICTURE, **change})
    assert (reply.status_code, reply.get_json()["code"]) == (422, "invalid_input")
    (error,) = reply.get_json()["errors"]
    assert error["path"] == path
    assert words in error["message"]
    assert count(Job) == 0


def test_every_bad_field_is_named_at_once(api: Caller) -> None:
    reply = api.post("/jobs", {**PICTURE, "input": {"prompt": "x", "num_images": 99, "seed": "y", "hue": 1}})
    assert {error["path"] for error in reply.get_json()["errors"]} == {"input.num_images", "input.seed", "input.hue"}


def test_the_same_key_and_body_is_the_same_job(api: Caller) -> None:
    headers = {"Idempotency-Key": "order-4711"}
    first, second = api.post("/jobs", PICTURE, headers), api.post("/jobs", PICTURE, headers)
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.get_json() == second.get_json()
    assert count(Job) == 1


def test_the_same_key_with_another_body_is_refused(api: Caller) -> None:
    headers = {"Idempotency-Key": "order-4711"}
    api.post("/jobs", PICTURE, headers)
    reply = api.post("/jobs", {**PICTURE, "labels": {"other": True}}, headers)
    assert (reply.status_code, reply.get_json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_belongs_to_its_workspace(api: Caller, stranger: Caller) -> None:
    headers = {"Idempotency-Key": "order-4711"}
    mine, theirs = api.post("/jobs", PICTURE, headers), stranger.post("/jobs", PICTURE, headers)
    assert mine.get_json()["id"] != theirs.get_json()["id"]


def test_a_key_that_is_no_key_is_refused(api: Caller) -> None:
    reply = api.post("/jobs", PICTURE, {"Idempotency-Key": "x" * 256})
    assert (reply.status_code, reply.get_json()["errors"][0]["path"]) == (422, "Idempotency-Key")


def test_one_key_sent_many_times_at_once_makes_one_job(api: Caller) -> None:
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda _: api.post("/jobs", PICTURE, {"Idempotency-Key": "race"}), range(32)))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.get_json()["id"] for reply in replies}) == 1
    assert count(Job) == 1


def test_a_refused_body_does_not_use_up_its_key(api: Caller) -> None:
    headers = {"Idempotency-Key": "order-4711"}
    assert api.post("/jobs", {**PICTURE, "model": "starter/nothing"}, headers).status_code == 422
    assert api.post("/jobs", PICTURE, headers).status_code == 202


def test_a_key_held_by_a_request_that_hangs_is_answered_with_when_to_come_back(api: Caller, workspace_id: UUID) -> None:
    with get_engine().connect() as other:
        job_id = api.submit()["id"]
        other.execute(
            text(
                "INSERT INTO idempotency_keys (workspace_id, key, request_hash, job_id, response, expires_at)"
                " VALUES (:workspace, 'slow', '\\x00', :job, '{}', now() + interval '1 h')"
            ),
            {"workspace": workspace_id, "job": job_id},
        )
        reply = api.post("/jobs", PICTURE, {"Idempotency-Key": "slow"})
    assert (reply.status_code, reply.get_json()["code"]) == (409, "idempotency_key_in_flight")
    assert int(reply.headers["Retry-After"]) > 0


def test_too_many_submissions_are_told_when_to_go_on(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTTEGA_SUBMISSIONS_PER_MINUTE", "3")
    get_settings.cache_clear()
    try:
        replies = [api.post("/jobs", PICTURE) for _ in range(8)]
        assert api.get("/jobs").status_code == 200
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    # The minute may have turned once in between.
    assert 2 <= sum(reply.status_code == 429 for reply in replies) <= 5
    refused = next(reply for reply in replies if reply.status_code == 429)
    assert refused.get_json()["code"] == "rate_limited"
    assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_work_is_taken_in_while_redis_is_away(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> object:
        raise redis.ConnectionError("away")

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", away)
    assert api.post("/jobs", PICTURE).status_code == 202
    assert count(Job) == 1


def test_waiting_answers_with_the_job_as_it_is_when_the_time_is_up(api: Caller) -> None:
    reply = api.post("/jobs", PICTURE, {"Prefer": "wait=1"})
    assert (reply.status_code, reply.get_json()["state"]) == (202, "queued")
    assert reply.headers["Preference-Applied"] == "wait=1"
