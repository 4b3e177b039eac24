from __future__ import annotations

from shared.stack.backoff import Backoff


def test_the_pause_doubles_with_each_early_death_up_to_the_longest() -> None:
    backoff = Backoff(first=0.25, longest=3.0)
    assert [backoff.after_run_of(0.1) for _ in range(6)] == [0.25, 0.5, 1.0, 2.0, 3.0, 3.0]


def test_a_steady_run_starts_the_pauses_over() -> None:
    backoff = Backoff(first=0.25, longest=3.0, steady_after=30)
    for _ in range(5):
        backoff.after_run_of(0.1)
    assert backoff.after_run_of(31) == 0.25
    assert backoff.after_run_of(0.1) == 0.5


def test_a_process_that_dies_for_weeks_still_has_a_pause() -> None:
    backoff = Backoff(first=0.25, longest=15.0, deaths=100_000)
    assert backoff.after_run_of(0.1) == 15.0
