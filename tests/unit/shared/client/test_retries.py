"""A request reaches its end although the network and the server have bad moments."""

from __future__ import annotations

import itertools
import socket
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.client import Client, RequestRefused, ServerUnreachable
from shared.client.retries import retry_after
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document


def test_a_submission_whose_answer_is_lost_is_repeated_with_the_same_key(
    server: ScriptedServer, client: Client
) -> None:
    server.answer(
        Answer(hang_up=True), Answer(503, {"detail": "The database did not answer."}), Answer(202, job_document())
    )

    job = client.submit("starter/backdrops", {"prompt": "a beach"})

    assert job.id == "0193-job"
    keys = [request.headers["idempotency-key"] for request in server.received]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert keys[0]


def test_two_submissions_have_two_keys(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(202, job_document()))

    client.submit("starter/backdrops", {"prompt": "a beach"})
    client.submit("starter/backdrops", {"prompt": "a beach"})

    first, second = (request.headers["idempotency-key"] for request in server.received)
    assert first != second


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_status_that_may_pass_is_tried_again(server: ScriptedServer, client: Client, status: int) -> None:
    server.answer(Answer(status, b"<html>busy</html>"), Answer(200, job_document()))

    assert client.job("0193-job").id == "0193-job"
    assert len(server.received) == 2


def test_a_submission_still_in_flight_is_asked_for_again(server: ScriptedServer, client: Client) -> None:
    in_flight = {"status": 409, "code": "idempotency_key_in_flight", "detail": "Still being handled."}
    server.answer(Answer(409, in_flight), Answer(202, job_document()))

    assert client.submit("starter/backdrops", {"prompt": "a beach"}).id == "0193-job"


def test_a_refused_input_is_sent_once_and_names_its_fields(server: ScriptedServer, client: Client) -> None:
    problem = {
        "status": 422,
        "code": "invalid_input",
        "detail": "The input is not valid.",
        "errors": [{"path": "input.width", "message": "this model takes 128 at most, not 4096"}],
        "request_id": "req-1",
    }
    server.answer(Answer(422, problem))

    with pytest.raises(RequestRefused) as caught:
        client.submit("starter/backdrops", {"prompt": "a beach", "width": 4096})

    assert len(server.received) == 1
    assert caught.value.problem.code == "invalid_input"
    assert caught.value.problem.request_id == "req-1"
    assert caught.value.problem.errors[0].path == "input.width"
    assert "input.width: this model takes 128 at most, not 4096" in str(caught.value)


def test_an_error_that_is_no_problem_document_still_says_what_happened(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(500, b"<html>oops</html>"))

    with pytest.raises(RequestRefused, match="HTTP status 500"):
        client.job("0193-job")


def test_a_redirect_is_an_error_and_never_followed(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(302, b"", {"Location": f"{server.url}/elsewhere"}))

    with pytest.raises(RequestRefused, match="302"):
        client.job("0193-job")
    assert len(server.received) == 1


def test_a_retry_waits_as_long_as_the_server_asks(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(429, {}, {"Retry-After": "1"}), Answer(200, job_document()))

    began = time.monotonic()
    client.job("0193-job")

    assert time.monotonic() - began >= 1.0


def test_a_server_that_asks_for_more_patience_than_there_is_ends_the_call_at_once(
    server: ScriptedServer, client: Client
) -> None:
    server.answer(Answer(429, {"detail": "Too many requests."}, {"Retry-After": "3600"}))

    began = time.monotonic()
    with pytest.raises(RequestRefused, match="Too many requests"):
        client.job("0193-job")

    assert time.monotonic() - began < 1.0


def test_a_server_that_is_not_there_is_named_when_patience_ends() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with Client(url, "bott_test", patience=0.5) as client, pytest.raises(ServerUnreachable, match=url):
            client.job("0193-job")


def test_the_key_is_sent_as_a_bearer_token(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(200, job_document()))
    client.job("0193-job")
    assert server.received[0].headers["authorization"] == "Bearer bott_test"


def test_optional_parts_of_a_submission_are_sent_only_when_given(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(202, job_document()))

    client.submit("starter/adcopy", {"prompt": "x"})
    client.submit("starter/adcopy", {"prompt": "x"}, webhook_url="https://a.example/", wait_seconds=3)

    plain, full = server.received
    assert plain.body == {"model": "starter/adcopy", "input": {"prompt": "x"}, "priority": "normal"}
    assert "prefer" not in plain.headers
    assert full.body["webhook_url"] == "https://a.example/"
    assert full.headers["prefer"] == "wait=3"


def test_pages_are_fetched_until_the_limit_and_not_beyond(server: ScriptedServer, client: Client) -> None:
    numbers = itertools.count()

    def page(request: Received) -> Answer:
        asked_for = int(parse_qs(urlsplit(request.path).query)["limit"][0])
        items = [job_document(id=str(next(numbers))) for _ in range(asked_for)]
        return Answer(200, {"items": items, "next_cursor": "more"})

    server.respond = page

    assert [job.id for job in client.jobs(limit=150)][-1] == "149"
    assert [request.path for request in server.received] == [
        "/api/v1/jobs?limit=100",
        "/api/v1/jobs?limit=50&cursor=more",
    ]


def test_all_pages_are_fetched_without_a_limit(server: ScriptedServer, client: Client) -> None:
    server.answer(
        Answer(200, {"items": [job_document(id="1")], "next_cursor": "c"}),
        Answer(200, {"items": [job_document(id="2")], "next_cursor": None}),
    )
    assert [job.id for job in client.jobs()] == ["1", "2"]


@pytest.mark.parametrize(("value", "seconds"), [(None, 0), ("", 0), ("7", 7), ("soon", 0), ("-3", 0)])
def test_retry_after_in_seconds(value: str | None, seconds: float) -> None:
    assert retry_after(value) == seconds


def test_retry_after_as_a_date() -> None:
    moment = datetime.now(UTC) + timedelta(seconds=90)
    assert retry_after(format_datetime(moment, usegmt=True)) == pytest.approx(90, abs=2)
