"""The rows of the fault matrix that are quick enough for every run; `make faults` runs all of them at full length."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.matrix import ROWS
from tests.faults.row import Outcome, Row
from tests.faults.runner import run_row
from tests.faults.stack import FaultStack

_SEED = 1


@pytest.fixture(scope="module")
def fault_stack(short_folder: Path) -> Iterator[FaultStack]:
    """One stack for all of them: a row finds what the one before has left."""
    folder = short_folder / "faults"
    folder.mkdir()
    with FaultStack(folder / "home") as stack:
        yield stack


@pytest.mark.parametrize("row", [row for row in ROWS if row.quick], ids=lambda row: f"row {row.number}: {row.title}")
def test_nothing_is_lost_and_nothing_doubled(fault_stack: FaultStack, row: Row) -> None:
    result = run_row(fault_stack, row, _SEED, thorough=False)

    if result.outcome is Outcome.SKIPPED:
        pytest.skip(result.note)
    assert result.outcome is Outcome.HELD, result.note
