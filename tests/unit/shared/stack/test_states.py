from __future__ import annotations

from shared.stack.states import NEXT, ProcessState, may_follow


def test_every_state_has_a_row_and_can_be_reached() -> None:
    assert set(NEXT) == set(ProcessState)
    reached = {ProcessState.NEW}
    while grown := {following for state in reached for following in NEXT[state]} - reached:
        reached |= grown
    assert reached == set(ProcessState)


def test_what_is_over_stays_over() -> None:
    for over in (ProcessState.STOPPED, ProcessState.FAILED):
        assert not [state for state in ProcessState if may_follow(over, state)]


def test_a_process_that_has_been_ready_is_never_given_up() -> None:
    assert not may_follow(ProcessState.READY, ProcessState.FAILED)
    assert not may_follow(ProcessState.BACKING_OFF, ProcessState.FAILED)
