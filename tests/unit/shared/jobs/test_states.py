"""The table of moves, pair by pair."""

from __future__ import annotations

from itertools import product

import pytest

from shared.jobs.states import TERMINAL, TRANSITIONS, JobState

ALLOWED = {
    ("waiting", "queued"),
    ("waiting", "succeeded"),
    ("waiting", "failed"),
    ("waiting", "canceled"),
    ("queued", "running"),
    ("queued", "failed"),
    ("queued", "canceled"),
    ("running", "succeeded"),
    ("running", "failed"),
    ("running", "canceled"),
    ("running", "queued"),
}


@pytest.mark.parametrize(("before", "after"), list(product(JobState, JobState)))
def test_a_move_is_allowed_or_forbidden_as_documented(before: JobState, after: JobState) -> None:
    assert (after in TRANSITIONS[before]) is ((before.value, after.value) in ALLOWED)


def test_a_state_that_nothing_follows_is_an_end() -> None:
    assert {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED} == TERMINAL
