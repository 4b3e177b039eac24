"""What is printed: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

STATE_STYLES = {
    "waiting": "dim",
    "queued": "yellow",
    "running": "cyan",
    "succeeded": "green",
    "failed": "red",
    "canceled": "magenta",
    "pending": "yellow",
    "sending": "cyan",
    "enabled": "green",
    "disabled": "red",
    "draining": "yellow",
    "planning": "yellow",
    "planned": "cyan",
    "launching": "cyan",
    "paused": "magenta",
    "completed": "green",
    "approved": "green",
    "rejected": "red",
}


_WIDTH_WITHOUT_TERMINAL = 200
"""Columns: a table that goes to a file or a pipe is not to lose its cells' ends to an imagined screen."""


def output() -> Console:
    """Standard output. What users wrote is printed as it is: no markup."""
    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(markup=False, highlight=False, soft_wrap=True, width=width)


def diagnostics() -> Console:
    """Standard error."""
    return Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def state_text(state: str) -> Text:
    """A state in its colour."""
    return Text(state, style=STATE_STYLES.get(state, ""))


def size_text(size: int) -> str:
    """Bytes as people write them: ``812 B``, ``23.1 kB``, ``4.2 MB``."""
    if size < 1000:
        return f"{size} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size < factor * 1000:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"


def age_text(seconds: float) -> str:
    """A span of time in one unit: ``12 s``, ``5 min``, ``3 h``, ``8 d``."""
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
