"""``Prefer: wait``."""

from __future__ import annotations

import pytest
from flask import Flask

from web.prefer import preferred_wait


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("wait=10", 10),
        ("Wait = 5", 5),
        ('wait="7"', 7),
        ("respond-async, wait=12", 12),
        ("wait=3; foo=bar", 3),
        ("wait=600", 60),
        ("wait", 0),
        ("wait=-1", 0),
        ("wait=1e9", 0),
        ("awaiting=4", 0),
        ("", 0),
    ],
)
def test_the_wait_that_is_preferred_is_read_and_bounded(header: str, seconds: int) -> None:
    with Flask("prefer").test_request_context(headers={"Prefer": header}):
        assert preferred_wait() == seconds
