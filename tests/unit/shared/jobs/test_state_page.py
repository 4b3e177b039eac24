"""The page on states says what the table of moves says."""

from __future__ import annotations

import re
from pathlib import Path

from shared.events.types import EventType
from shared.jobs.states import TRANSITIONS, JobState

PAGE = Path(__file__).parents[4] / "docs" / "job-states.md"
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| .+ \| `([\w.]+)` \|$", re.MULTILINE)


def test_the_page_lists_every_move_and_no_other() -> None:
    listed = [(JobState(before), JobState(after)) for before, after, _ in ROW.findall(PAGE.read_text("utf-8"))]

    assert sorted(listed) == sorted((before, after) for before, allowed in TRANSITIONS.items() for after in allowed)


def test_every_move_is_recorded_as_an_event_that_exists() -> None:
    for _, after, event in ROW.findall(PAGE.read_text("utf-8")):
        assert EventType(event)
        if JobState(after) in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED):
            assert event == f"job.{after}"


def test_the_page_explains_every_state() -> None:
    explained = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert explained == [state.value for state in JobState]
