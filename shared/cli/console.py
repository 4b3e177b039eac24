"""What is printed: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
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
}


def output() -> Console:
    """Standard output. What users wrote is printed as it is: no markup."""
    return Console(markup=False, highlight=False, soft_wrap=True)


def diagnostics() -> Console:
    """Standard error."""
    return Console(stderr=True, markup=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def state_text(state: str) -> Text:
    """A job's state in its colour."""
    return Text(state, style=STATE_STYLES.get(state, ""))


def size_text(size: int) -> str:
    """Bytes as people write them: ``812 B``, ``23.1 kB``, ``4.2 MB``."""
    if size < 1000:
        return f"{size} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6)):
        if size < factor * 1000:
            return f"{size / factor:.1f} {unit}"
    return f"{size / 1e9:.1f} GB"
