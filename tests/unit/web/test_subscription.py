"""One reader's queue."""

from __future__ import annotations

import pytest

from shared.identifiers import new_id
from web.subscription import JobNews, Subscription, stream_place

STEP = JobNews("progress", {"step": 1}, "1-0")


def subscription() -> Subscription:
    return Subscription(new_id(), (0, 0))


def test_what_was_put_in_is_taken_in_order_and_then_it_is_drained() -> None:
    reader = subscription()
    later = JobNews("end", {"state": "failed"})
    reader.offer(STEP)
    reader.offer(later)
    reader.close()
    assert [reader.take(0), reader.take(0), reader.take(0)] == [STEP, later, None]
    assert reader.is_drained


def test_nothing_to_take_is_not_the_end() -> None:
    reader = subscription()
    assert reader.take(0.001) is None
    assert not reader.is_drained


def test_a_reader_who_takes_nothing_is_given_up_and_what_waits_for_it_is_bounded() -> None:
    reader = subscription()
    for _ in range(10_000):
        reader.offer(STEP)
    assert reader.was_too_slow
    waiting = 0
    while not reader.is_drained:
        waiting += reader.take(0) is not None
    assert waiting == 600


@pytest.mark.parametrize("kind", ["preview", "text", "loading"])
def test_a_reader_who_is_behind_misses_what_is_overtaken_but_no_steps(kind: str) -> None:
    reader = subscription()
    for number in range(100):
        reader.offer(JobNews(kind, {"any": "UklGRg=="}, f"{number}-0"))
        reader.offer(STEP)
    reader.close()
    taken = []
    while not reader.is_drained:
        taken.append(reader.take(0))
    kinds = [news.kind for news in taken if news is not None]
    assert kinds.count("progress") == 100
    assert kinds.count(kind) < 10


@pytest.mark.parametrize(("text", "place"), [("0", (0, 0)), ("17-3", (17, 3)), ("1795460001490-0", (1795460001490, 0))])
def test_places_of_a_stream_compare_as_numbers(text: str, place: tuple[int, int]) -> None:
    assert stream_place(text) == place
    assert stream_place("9-1") < stream_place("10-0") < stream_place("10-11")
