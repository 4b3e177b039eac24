"""A job is followed to its end, whatever becomes of the connection."""

from __future__ import annotations

import time

import pytest

from shared.client import Client, JobNews, RequestRefused, WaitExpired
from shared.client.event_stream import ServerSentEvent, parse
from tests.unit.shared.client.scripted_server import Answer, Received, ScriptedServer, job_document

STREAM = {"Content-Type": "text/event-stream; charset=utf-8"}
ENDED = {"state": "succeeded", "finished_at": "2026-11-23T10:00:03.000Z"}


def events(*parts: tuple[str, str, str]) -> bytes:
    return "".join(f"id: {number}\nevent: {kind}\ndata: {data}\n\n" for number, kind, data in parts).encode()


def test_news_come_in_order_and_the_end_last(server: ScriptedServer, client: Client) -> None:
    stream = events(("1", "state", '{"state":"running"}'), ("2", "progress", '{"step":3}'), ("3", "end", "{}"))

    def respond(request: Received) -> Answer:
        return Answer(200, stream, STREAM) if request.path.endswith("/events") else Answer(200, job_document(**ENDED))

    server.respond = respond
    heard: list[JobNews] = []

    job = client.wait("0193-job", 5, heard.append)

    assert [news.kind for news in heard] == ["state", "progress", "end"]
    assert heard[1].data == {"step": 3}
    assert job.has_ended
    assert job.seconds == 3.0
    assert job.running_seconds == 2.0


def test_a_broken_stream_is_resumed_after_the_last_event_that_arrived(server: ScriptedServer, client: Client) -> None:
    streams = [events(("1-0", "progress", '{"step":1}')), events(("2-0", "end", "{}"))]

    def respond(request: Received) -> Answer:
        return Answer(200, streams.pop(0), STREAM) if request.path.endswith("/events") else Answer(200, job_document())

    server.respond = respond

    kinds = [news.kind for news in client.follow("0193-job", 5)]

    assert kinds == ["progress", "end"]
    resumed = [request.headers.get("last-event-id") for request in server.received if "/events" in request.path]
    assert resumed == [None, "1-0"]


def test_a_stream_cut_in_the_middle_of_an_event_loses_nothing(server: ScriptedServer, client: Client) -> None:
    whole = events(("1-0", "progress", '{"step":1}'), ("2-0", "end", "{}"))
    answers = [Answer(200, whole, STREAM, truncate=True), Answer(200, events(("2-0", "end", "{}")), STREAM)]

    def respond(request: Received) -> Answer:
        return answers.pop(0) if request.path.endswith("/events") else Answer(200, job_document())

    server.respond = respond
    assert [news.kind for news in client.follow("0193-job", 5)][-1] == "end"
    assert not answers


def test_the_end_is_found_when_the_stream_breaks_before_telling(server: ScriptedServer, client: Client) -> None:
    def respond(request: Received) -> Answer:
        if request.path.endswith("/events"):
            return Answer(200, events(("1", "progress", "{}")), STREAM)
        return Answer(200, job_document(**ENDED))

    server.respond = respond
    assert [(news.kind, news.data) for news in client.follow("0193-job", 5)][-1] == ("end", {"state": "succeeded"})


@pytest.mark.parametrize("kind", ["hang_up", "json", "busy"])
def test_without_a_stream_the_job_is_polled(server: ScriptedServer, client: Client, kind: str) -> None:
    no_stream = {"hang_up": Answer(hang_up=True), "json": Answer(200, {}), "busy": Answer(503, {})}[kind]
    states = ["queued", "running", "running", "running"]

    def respond(request: Received) -> Answer:
        if request.path.endswith("/events"):
            return no_stream
        return Answer(200, job_document(state=states.pop(0)) if states else job_document(**ENDED))

    server.respond = respond
    heard = list(client.follow("0193-job", 10))

    assert heard[-1].kind == "end"
    assert not states


def test_the_deadline_ends_the_wait_but_not_the_job(server: ScriptedServer, client: Client) -> None:
    def respond(request: Received) -> Answer:
        return Answer(200, {}) if request.path.endswith("/events") else Answer(200, job_document())

    server.respond = respond
    began = time.monotonic()

    with pytest.raises(WaitExpired) as caught:
        client.wait("0193-job", 1.0)

    assert 0.9 < time.monotonic() - began < 2.5
    assert caught.value.job.state == "running"
    assert all(request.method == "GET" for request in server.received)


def test_a_stream_that_only_says_it_lives_does_not_outlast_the_deadline(server: ScriptedServer, client: Client) -> None:
    def respond(request: Received) -> Answer:
        return Answer(200, b": alive\n\n" * 10, STREAM) if "/events" in request.path else Answer(200, job_document())

    server.respond = respond
    with pytest.raises(WaitExpired):
        client.wait("0193-job", 1.0)
    # It is asked again after pauses, not in a tight loop.
    assert len(server.received) < 20


def test_a_job_that_is_not_there_ends_the_wait_at_once(server: ScriptedServer, client: Client) -> None:
    server.answer(Answer(404, {"code": "not_found", "detail": "There is no such job in this workspace."}))
    with pytest.raises(RequestRefused, match="no such job"):
        client.wait("0193-job", 60)
    assert len(server.received) == 1


def test_the_format_is_parsed_as_the_standard_says() -> None:
    text = ": hello\nid: 7\nevent: progress\ndata: one\ndata:two\n\ndata: later\n\nevent: empty\n\nretry: 10\ndata\n\n"

    parsed = list(parse(text.split("\n")))

    assert parsed == [
        None,
        ServerSentEvent("progress", "one\ntwo", "7"),
        ServerSentEvent("message", "later", "7"),
        ServerSentEvent("message", "", "7"),
    ]
