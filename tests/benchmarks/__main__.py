"""``make bench``: measure, print one table, write ``build/bench/foundation.json``."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from shared.cli.local_stack import LocalStack
from shared.client import Client
from tests.benchmarks import overhead, processes
from tests.benchmarks.figure import Figure

OUT = Path("build/bench/foundation.json")


def main() -> int:
    """Run every suite on a stack of its own; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        figures = list(_measure(Path(folder)))
    table = Table(title="Bottega, foundation")
    for heading in ("suite", "figure", "measured", "goal", ""):
        table.add_column(heading)
    for figure in figures:
        mark = "held" if figure.holds else "MISSED"
        table.add_row(
            figure.suite, figure.name, f"{figure.value:.3g} {figure.unit}", f"≤ {figure.at_most:g} {figure.unit}", mark
        )
    Console().print(table)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(_report(figures), indent=1), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _measure(folder: Path) -> Iterator[Figure]:
    with LocalStack(folder / "home") as stack:
        yield from processes.measure(stack)
        connection = stack.connection()
        with Client(connection.url, connection.api_key) as client:
            yield from overhead.measure(stack, client)


def _report(figures: list[Figure]) -> dict[str, object]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "figures": [
            {
                "suite": figure.suite,
                "name": figure.name,
                "value": round(figure.value, 4),
                "unit": figure.unit,
                "goal": figure.at_most,
                "holds": figure.holds,
            }
            for figure in figures
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
