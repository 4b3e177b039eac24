"""When a delivery is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.webhooks.schedule import DELAYS, JITTER, MAX_ATTEMPTS, MAX_RETRY_AFTER, Outcome, Verdict, judge

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def wait_after(attempts: int, retry_after: str | None = None, chance: float = 0.0) -> timedelta:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    verdict = judge(503, headers, attempts, NOW, chance)
    assert verdict.wait is not None
    return verdict.wait


def test_the_schedule_is_the_one_the_specification_shows() -> None:
    seconds = [delay.total_seconds() for delay in DELAYS]

    assert seconds == [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert sum(DELAYS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)


@given(st.integers(200, 299), st.integers(1, MAX_ATTEMPTS))
def test_any_2xx_succeeds(status: int, attempts: int) -> None:
    assert judge(status, {}, attempts, NOW) == Verdict(Outcome.SUCCEEDED)


@given(st.integers(1, MAX_ATTEMPTS))
def test_410_means_that_nothing_more_is_wanted(attempts: int) -> None:
    assert judge(410, {}, attempts, NOW) == Verdict(Outcome.GONE)


FAILURES = st.none() | st.integers(100, 599).filter(lambda status: not 200 <= status < 300 and status != 410)


@given(FAILURES, st.integers(1, MAX_ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_everything_else_is_tried_again_no_sooner_than_scheduled(
    status: int | None, attempts: int, chance: float
) -> None:
    verdict = judge(status, {}, attempts, NOW, chance)

    assert verdict.outcome is Outcome.RETRY
    assert verdict.wait is not None
    assert DELAYS[attempts] <= verdict.wait <= DELAYS[attempts] * (1 + JITTER)


@given(FAILURES, st.integers(0, 100_000))
def test_the_last_failure_ends_the_delivery_whatever_it_asks_for(status: int | None, seconds: int) -> None:
    assert judge(status, {"retry-after": str(seconds)}, MAX_ATTEMPTS, NOW) == Verdict(Outcome.SPENT)


def test_waits_differ() -> None:
    assert len({judge(500, {}, 3, NOW).wait for _ in range(20)}) > 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", 5),
        ("1", 5),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        ("Mon, 23 Nov 2026 12:01:30 GMT", 90),
        ("Monday, 23-Nov-26 12:01:30 GMT", 90),
        ("Mon Nov 23 12:01:30 2026", 90),
        (format_datetime(NOW - timedelta(days=1), usegmt=True), 5),
        ("soon", 5),
        ("-10", 5),
        ("1.5", 5),
        ("²", 5),
        ("", 5),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_an_http_date_and_never_shortens_the_wait(
    value: str, seconds: int
) -> None:
    assert wait_after(1, value) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["999999", "9" * 5000, "Fri, 23 Nov 2096 12:00:00 GMT"])
def test_retry_after_cannot_put_an_attempt_off_for_ever(value: str) -> None:
    assert wait_after(1, value) == MAX_RETRY_AFTER


@given(st.text())
def test_no_header_breaks_the_schedule(value: str) -> None:
    assert timedelta(seconds=5) <= wait_after(1, value) <= MAX_RETRY_AFTER
