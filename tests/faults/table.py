"""The table of a run, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.faults.mix import MixResult
from tests.faults.row import Result

REPORT = Path("build/faults.json")


def show(results: Sequence[Result], mix: MixResult | None) -> None:
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
    console = Console()
    console.print(table)
    if mix is not None:
        console.print(
            f"Mix: {'held' if mix.held else 'BROKEN'}; seed {mix.seed}, {mix.minutes:g} minutes,"
            f" {sum(mix.strikes.values())} faults, {mix.accepted} jobs, recovery {mix.recovery_seconds} s. {mix.note}"
        )


def write(results: Sequence[Result], mix: MixResult | None) -> None:
    """Write the report."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    document = {"rows": [result.document() for result in results], "mix": mix and mix.document()}
    REPORT.write_text(json.dumps(document, indent=1), encoding="utf-8")
