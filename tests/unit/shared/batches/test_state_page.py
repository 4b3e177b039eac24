"""The page on states says what the tables of moves say."""

from __future__ import annotations

import re
from pathlib import Path

from shared.batches.states import BATCH_TRANSITIONS, EXPORT_TRANSITIONS, BatchState, ExportState, SourceState
from shared.events.types import BATCH_EVENTS, EventType

PAGE = (Path(__file__).parents[4] / "docs" / "batch-states.md").read_text("utf-8")
MOVE = re.compile(r"^\| `(\w+)` \| `(\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
EXPORT_MOVE = re.compile(r"^\| `(\w+)` \| `(\w+)` \| [^|]+ \|$", re.MULTILINE)
STATE = re.compile(r"^\| `(\w+)` \| [^|`][^|]* \|$", re.MULTILINE)


def test_the_page_lists_every_move_and_no_other() -> None:
    listed = [(BatchState(before), BatchState(after)) for before, after, _ in MOVE.findall(PAGE)]

    assert sorted(listed) == sorted(
        (before, after) for before, allowed in BATCH_TRANSITIONS.items() for after in allowed
    )


def test_the_page_lists_every_move_of_an_export() -> None:
    listed = [(ExportState(before), ExportState(after)) for before, after in EXPORT_MOVE.findall(PAGE)]

    assert sorted(listed) == sorted(
        (before, after) for before, allowed in EXPORT_TRANSITIONS.items() for after in allowed
    )


def test_the_events_of_the_ends_exist_and_are_all_there() -> None:
    named = {event for _, _, events in MOVE.findall(PAGE) for event in re.findall(r"`([\w.]+)`", events)}

    assert {EventType(event) for event in named} == BATCH_EVENTS


def test_the_page_explains_every_state() -> None:
    assert STATE.findall(PAGE) == [*(state.value for state in BatchState), *(state.value for state in SourceState)]
