"""``make bench-engine``: measure, print one table, write ``build/bench/engine.json``."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from tests.benchmarks import report
from tests.benchmarks.engine import claims, memory, model_loads, null_engine, throughput, waiting
from tests.benchmarks.engine.servers import servers
from tests.benchmarks.figure import Figure

OUT = Path("build/bench/engine.json")
PARTIAL_OUT = Path("build/bench/engine-partial.json")
COMMAND = "make bench-engine"

Measure = Callable[[Path, bool], Iterator[Figure]]
# Each starts a whole stack of its own, which this process reaches over HTTP.
ON_A_STACK: dict[str, Measure] = {
    "images": partial(throughput.measure, throughput.IMAGES),
    "texts": partial(throughput.measure, throughput.TEXTS),
    "memory": memory.measure,
}
# These put the product's parts together in this process, on servers of its own.
IN_PROCESS: dict[str, Measure] = {
    "null-engine": null_engine.measure,
    "claims": claims.measure,
    "waiting": waiting.measure,
    "model-loads": model_loads.measure,
}


def main(arguments: Sequence[str]) -> int:
    """Run the suites asked for; 1 when a goal is missed."""
    asked = _parser().parse_args(arguments)
    if asked.markdown:
        print(report.as_markdown(json.loads(OUT.read_text(encoding="utf-8")), COMMAND), end="")
        return 0
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        figures = list(_measure(Path(folder), asked.suite or [*ON_A_STACK, *IN_PROCESS], asked.quick))
    report.show("Bottega, job engine", figures)
    # Only a whole run is what the documentation shows.
    out = PARTIAL_OUT if asked.quick or asked.suite else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report.as_json(figures), indent=1), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine", description=__doc__)
    parser.add_argument("--suite", action="append", choices=[*ON_A_STACK, *IN_PROCESS], help="only this; repeatable")
    parser.add_argument("--quick", action="store_true", help="fewer jobs: figures to steer by, not to publish")
    parser.add_argument("--markdown", action="store_true", help=f"measure nothing: print {OUT} as a table")
    return parser


def _measure(folder: Path, suites: Sequence[str], quick: bool) -> Iterator[Figure]:
    # First what needs an environment that names no servers: these suites' stacks start their own.
    for name in [name for name in ON_A_STACK if name in suites]:
        yield from _timed(name, ON_A_STACK[name](folder / name, quick))
    left = [name for name in IN_PROCESS if name in suites]
    if left:
        with servers(folder / "servers"):
            for name in left:
                yield from _timed(name, IN_PROCESS[name](folder, quick))


def _timed(name: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    """Say on the terminal what is being measured, for it takes minutes."""
    began = time.monotonic()
    console = Console(soft_wrap=True, highlight=False)
    for figure in figures:
        verdict = f" ({figure.goal}: {figure.verdict})" if figure.goal else ""
        console.print(
            f"{time.monotonic() - began:6.0f} s  {name}: {figure.name}: {figure.text()}{verdict}", highlight=False
        )
        yield figure


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
