"""``make bench-families``: measure, print one table, write ``build/bench/families.json``."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from diffusers.utils import logging as diffusers_logging
from rich.console import Console
from transformers.utils import logging as transformers_logging

from shared.catalog.families import FamilyName
from tests.benchmarks import report
from tests.benchmarks.families import costs
from tests.benchmarks.families.subject import Subject
from tests.benchmarks.families.table import as_table
from tests.benchmarks.figure import Figure, at_most
from tests.conformance.families import CASES
from worker.families.base import Device
from worker.families.registry import FAMILY_RUNNERS
from worker.gpu_process import choose_device

OUT = Path("build/bench/families.json")
PARTIAL_OUT = Path("build/bench/families-partial.json")
COMMAND = "make bench-families"


def main(arguments: Sequence[str]) -> int:
    """Measure the families asked for; 1 when a goal is missed."""
    asked = _parser().parse_args(arguments)
    if asked.markdown:
        sys.stdout.write(as_table(json.loads(OUT.read_text(encoding="utf-8")), COMMAND))
        return 0
    for logging in (diffusers_logging, transformers_logging):
        logging.set_verbosity_error()
        logging.disable_progress_bar()
    console = Console(soft_wrap=True, highlight=False)
    figures = []
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        for figure in _measure(Path(folder), asked.family or list(FAMILY_RUNNERS), asked.quick):
            console.print(f"{figure.name}: {figure.text()} {figure.verdict}")
            figures.append(figure)
    report.show("Bottega, families", figures)
    # Only a whole run is what the documentation shows.
    out = PARTIAL_OUT if asked.quick or asked.family else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report.as_json(figures), indent=1), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


def _measure(folder: Path, families: Sequence[FamilyName], quick: bool) -> Iterator[Figure]:
    """Every family with a tiny model on the host; on a GPU also architectures of real size."""
    rounds = 3 if quick else 7
    for name in families:
        case = CASES[name.value]
        built = case.build(folder / name.value)
        path = built if isinstance(built, Path) else folder / name.value
        subject = Subject.load(name, path, case.job, Device())
        yield from costs.measure(subject, f"{name}, tiny", rounds, at_most(case.tolerance))
        del subject
        gc.collect()
    if torch.cuda.is_available():
        # Imported here: a machine without a device needs none of it.
        from tests.benchmarks.families import plain_loops

        yield from plain_loops.measure(folder, choose_device("cuda"), rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.families", description=__doc__)
    parser.add_argument("--family", action="append", type=FamilyName, choices=list(FAMILY_RUNNERS), help="repeatable")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: figures to steer by, not to publish")
    parser.add_argument("--markdown", action="store_true", help=f"measure nothing: print {OUT} as a table")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
