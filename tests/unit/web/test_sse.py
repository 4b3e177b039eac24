"""Server-sent events as text."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from shared.client.event_stream import parse
from shared.errors import InputRefused
from web import sse
from web.job_news import ReaderTooSlow
from web.subscription import JobNews


def test_an_event_carries_its_place_its_kind_and_its_data_on_one_line() -> None:
    news = JobNews("progress", {"step": 4, "note": "two\nlines"}, "1795-0")
    assert sse.event(news) == 'id: 1795-0\nevent: progress\ndata: {"step":4,"note":"two\\nlines"}\n\n'


def test_news_of_the_row_has_no_place_so_that_a_resume_goes_on_in_the_stream() -> None:
    assert "id:" not in sse.event(JobNews("end", {"state": "failed"}))


def test_a_standard_parser_reads_what_was_sent() -> None:
    news = [JobNews("state", {"state": "running"}, "1-0"), JobNews("end", {"state": "succeeded"})]
    text = "".join(sse.lines(iter(news)))
    events = [event for event in parse(text.splitlines()) if event is not None]
    assert [(event.kind, json.loads(event.data)["state"]) for event in events] == [
        ("state", "running"),
        ("end", "succeeded"),
    ]


def test_a_silent_stream_says_that_it_lives() -> None:
    sent = list(sse.lines(iter([None, JobNews("progress", {"step": 1}, "1-0"), None])))
    assert [text.split(":")[0] for text in sent] == ["retry", "", "id", ""]


def test_a_reader_who_was_too_slow_is_told_to_come_again() -> None:
    def news() -> Iterator[JobNews]:
        yield JobNews("progress", {"step": 1}, "1-0")
        raise ReaderTooSlow

    *_, progress, last = sse.lines(news())
    assert progress.startswith("id: 1-0")
    assert last.startswith(":"), "a comment: the reader resumes after the last id"


@pytest.mark.parametrize("given", ["17954-3", "1", "0-1"])
def test_a_place_in_the_stream_can_be_resumed_after(given: str) -> None:
    assert sse.resume_point(given) == given


def test_without_a_place_the_stream_begins_at_its_beginning() -> None:
    assert sse.resume_point("") == "0"


@pytest.mark.parametrize("given", ["$", "-", "12-", "1-0\r\nDEL x", "9" * 40, "١"])
def test_what_is_no_place_is_refused(given: str) -> None:
    with pytest.raises(InputRefused, match="Last-Event-ID"):
        sse.resume_point(given)
