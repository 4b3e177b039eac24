"""``make faults``: every row of the matrix, then a random mix if asked for; a table, and ``build/faults.json``."""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.faults.matrix import ROWS
from tests.faults.mix import MixResult, run_mix
from tests.faults.row import Result
from tests.faults.runner import run_row
from tests.faults.stack import FaultStack
from tests.faults.table import show, write


def main(arguments: Sequence[str] | None = None) -> int:
    """1 when a promise was broken."""
    options = _options(arguments)
    # An end in order: the stack stops, and its small disks are given back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"seed {options.seed}", flush=True)
    results: list[Result] = []
    mix: MixResult | None = None
    with _folder(options.keep) as folder, FaultStack(folder / "home", say=print) as stack:
        for row in ROWS:
            if options.rows is not None and row.number not in options.rows:
                continue
            began = time.monotonic()
            results.append(run_row(stack, row, options.seed, thorough=not options.quick))
            took = time.monotonic() - began
            print(f"row {row.number:>2} {results[-1].outcome.value:<12} {took:5.1f} s  {results[-1].note}", flush=True)
        if options.mix_minutes:
            mix = run_mix(stack, options.seed, options.mix_minutes)
    show(results, mix)
    write(results, mix)
    return int(any(result.failed for result in results) or (mix is not None and not mix.held))


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    """Where the stack lives, with its logs."""
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="bott-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(","))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--rows", type=_numbers, default=None, help="Such as 1,7; 0 for none.")
    parser.add_argument("--mix-minutes", type=float, default=0.0)
    parser.add_argument("--keep", type=Path, default=None, help="A new folder for the stack; it stays, with its logs.")
    parser.add_argument("--quick", action="store_true", help="As in `make test`: shorter freezes, fewer races.")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
