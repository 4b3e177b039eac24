"""``make bench``: measure, print one table, write ``build/bench/foundation.json``."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from shared.cli.local_stack import LocalStack
from shared.client import Client
from tests.benchmarks import overhead, processes, report
from tests.benchmarks.figure import Figure

OUT = Path("build/bench/foundation.json")


def main() -> int:
    """Run every suite on a stack of its own; 1 when a goal is missed."""
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        figures = list(_measure(Path(folder)))
    report.show("Bottega, foundation", figures)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(report.as_json(figures), indent=1), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _measure(folder: Path) -> Iterator[Figure]:
    with LocalStack(folder / "home") as stack:
        yield from processes.measure(stack)
        connection = stack.connection()
        with Client(connection.url, connection.api_key) as client:
            yield from overhead.measure(stack, client)


if __name__ == "__main__":
    sys.exit(main())
