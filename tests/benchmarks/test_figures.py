"""What the tables say of a figure is so."""

from __future__ import annotations

import pytest

from tests.benchmarks import report
from tests.benchmarks.figure import Figure, Goal, at_least, at_most


@pytest.mark.parametrize(
    ("goal", "value", "holds"),
    [(at_most(2), 2.0, True), (at_most(2), 2.01, False), (at_least(0.9), 0.9, True), (at_least(0.9), 0.89, False)],
)
def test_a_goal_is_met_on_its_side_of_the_bound_and_on_the_bound(goal: Goal, value: float, holds: bool) -> None:
    assert Figure("suite", "figure", value, goal=goal).holds is holds


def test_rounds_are_told_by_their_middle_and_their_ends() -> None:
    assert Figure.median("suite", "figure", [3.0, 1.0, 1234.0], "ms").text() == "3 ms (1 to 1,234)"


def test_the_table_for_the_documentation_marks_what_was_missed() -> None:
    held = Figure("suite", "fast", 1.5, goal=at_least(1.5))
    missed = Figure("suite", "slow", 3.0, "ms", at_most(2))
    noted = Figure("suite", "noted", 7.0, "jobs/s")

    lines = report.as_markdown(report.as_json([held, missed, noted]), "make it").splitlines()

    assert lines[2:5] == [
        "| fast | 1.5 | ≥ 1.5 | held |",
        "| slow | 3 ms | ≤ 2 | **missed** |",
        "| noted | 7 jobs/s |  |  |",
    ]
    assert lines[-1].startswith(report.machine())
    assert "`make it`" in lines[-1]
