"""Times, durations, sizes and prose for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from web.pages import formats

NOW = datetime(2026, 11, 23, 19, 6, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=-3), "just now"),
        (timedelta(seconds=4.9), "just now"),
        (timedelta(seconds=59), "59 s ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23), "23 h ago"),
        (timedelta(days=6, hours=23), "6 d ago"),
        (timedelta(days=20), "3 Nov 2026"),
    ],
)
def test_how_long_ago(passed: timedelta, text: str) -> None:
    assert formats.ago(NOW - passed, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 ms"),
        (0.085, "85 ms"),
        (1.84, "1.8 s"),
        (42.4, "42 s"),
        (120, "2 min"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_how_long_it_took(seconds: float, text: str) -> None:
    assert formats.duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (24_117, "24 kB"), (3_140_000, "3.1 MB")])
def test_how_large(count: int, text: str) -> None:
    assert formats.size(count) == text


def test_prose_marks_code_and_paragraphs_and_escapes_the_rest() -> None:
    marked = formats.prose("Send `X-Id` & <b>\n\nand `a<b`.")
    assert marked == "<p>Send <code>X-Id</code> &amp; &lt;b&gt;</p><p>and <code>a&lt;b</code>.</p>"


def test_a_field_s_help_marks_code_and_escapes_the_rest() -> None:
    assert formats.inline("Beside `melody`: <b>") == "Beside <code>melody</code>: &lt;b&gt;"
