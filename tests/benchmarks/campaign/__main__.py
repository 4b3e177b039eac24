"""``make bench-campaign``: measure, print one table, write ``build/bench/campaign.json``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from tests.benchmarks import report
from tests.benchmarks.campaign import accepting, composing, fetching, planning, sharing
from tests.benchmarks.engine.servers import servers
from tests.benchmarks.figure import Figure

OUT = Path("build/bench/campaign.json")
PARTIAL_OUT = Path("build/bench/campaign-partial.json")
COMMAND = "make bench-campaign"

SUITES: dict[str, Callable[[Path, bool], Iterator[Figure]]] = {
    "planning": planning.measure,
    "accepting": accepting.measure,
    "composing": composing.measure,
    "fetching": fetching.measure,
    "sharing": sharing.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Run the suites asked for; 1 when a goal is missed."""
    asked = _parser().parse_args(arguments)
    if asked.markdown:
        sys.stdout.write(report.as_markdown(json.loads(OUT.read_text(encoding="utf-8")), COMMAND))
        return 0
    console = Console(soft_wrap=True, highlight=False)
    figures = []
    with (
        tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder,
        servers(Path(folder) / "servers"),
    ):
        for name in asked.suite or SUITES:
            for figure in SUITES[name](Path(folder) / name, asked.quick):
                console.print(f"{name}: {figure.name}: {figure.text()} {figure.verdict}")
                figures.append(figure)
    report.show("Bottega, campaigns", figures)
    # Only a whole run is what the documentation shows.
    out = PARTIAL_OUT if asked.quick or asked.suite else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report.as_json(figures), indent=1), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.campaign", description=__doc__)
    parser.add_argument("--suite", action="append", choices=list(SUITES), help="only this; repeatable")
    parser.add_argument("--quick", action="store_true", help="less of everything: figures to steer by, not to publish")
    parser.add_argument("--markdown", action="store_true", help=f"measure nothing: print {OUT} as a table")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
