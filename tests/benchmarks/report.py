"""Figures as a table for a terminal, as JSON for a file, and that file as a table for the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from tests.benchmarks.figure import Figure


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print the figures on the terminal."""
    table = Table(title=title, caption=machine())
    for heading in ("suite", "figure", "measured", "goal", ""):
        table.add_column(heading)
    for figure in figures:
        table.add_row(figure.suite, figure.name, figure.text(), str(figure.goal or ""), figure.verdict)
    Console().print(table)


def as_json(figures: Sequence[Figure]) -> dict[str, Any]:
    """What a results file holds."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": machine(),
        "figures": [
            {
                "suite": figure.suite,
                "name": figure.name,
                "value": round(figure.value, 4),
                "unit": figure.unit,
                "rounds": [round(value, 4) for value in figure.rounds],
                "measured": figure.text(),
                "goal": str(figure.goal) if figure.goal else None,
                "holds": figure.holds,
            }
            for figure in figures
        ],
    }


def as_markdown(results: dict[str, Any], command: str) -> str:
    """A results file as a table, with the machine and the command below it."""
    lines = ["| Figure | Measured | Goal | |", "|---|---|---|---|"]
    for figure in results["figures"]:
        verdict = "" if figure["goal"] is None else "held" if figure["holds"] else "**missed**"
        lines.append(f"| {figure['name']} | {figure['measured']} | {figure['goal'] or ''} | {verdict} |")
    day = results["measured_at"][:10]
    return "\n".join([*lines, "", f"{results['machine']}, Python {results['python']}, {day}: `{command}`.", ""])


def machine() -> str:
    """Processor, cores and memory."""
    gibibytes = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {os.cpu_count()} cores, {gibibytes:.0f} GiB"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.is_file():
        for line in described.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
