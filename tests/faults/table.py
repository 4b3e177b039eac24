"""The table of a run, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.faults.row import Result

REPORT = Path("build/faults.json")


def show(results: Sequence[Result]) -> None:
    """Print it."""
    table = Table(title="Faults", title_justify="left")
    for heading in ("row", "fault", "seed", "jobs", "recovery", "bound", ""):
        table.add_column(heading)
    table.add_column("note", overflow="fold")
    for result in results:
        recovery = "" if result.recovery_seconds is None else f"{result.recovery_seconds:.1f} s"
        table.add_row(
            str(result.row),
            result.title,
            str(result.seed),
            str(result.accepted),
            recovery,
            f"{result.bound_seconds:.0f} s",
            result.outcome.value,
            result.note,
        )
    Console().print(table)


def write(results: Sequence[Result], mix: dict[str, Any] | None) -> None:
    """Write the report."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    document = {"rows": [result.document() for result in results], "mix": mix}
    REPORT.write_text(json.dumps(document, indent=1), encoding="utf-8")
