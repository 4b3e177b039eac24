"""``bottega demo``: everything once, from an empty folder to files one can look at."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.connection import Connection, local_connection
from shared.cli.console import output
from shared.cli.errors import DemoNotInstalled
from shared.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from shared.demo.phases import Phases

_INSTALL_SECONDS = "BOTTEGA_DEMO_INSTALL_SECONDS"
"""Set by whoever installed the packages for this run: the demo cannot have measured that itself."""


def demo(
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to write.")] = Path("build/demo"),
    keep_running: Annotated[bool, typer.Option("--keep-running", help="Leave the stack up until Ctrl-C.")] = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Run a handful of real jobs, and show what came of them.

    Uses the stack that runs in the home folder, or starts one. Writes contact-sheet.png and report.json. Exits 1
    when anything is not as promised.
    """
    try:
        from shared.demo.phases import Phases
    except ImportError as error:
        raise DemoNotInstalled(
            f"The demo needs the package {error.name}: pip install 'bottega[dev,models,stack]'."
        ) from error

    # The stack is stopped on the way out. A shell lets its background jobs ignore SIGINT; this one is to obey.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    phases = Phases(output().print)
    if seconds := os.environ.get(_INSTALL_SECONDS):
        phases.add("install", float(seconds))
    with _serving(home, phases) as connection:
        kept = _perform(connection, out, phases)
        if keep_running:
            _stay(connection, home)
    if not kept:
        raise typer.Exit(ExitCode.FAILED)


@contextmanager
def _serving(home: Path, phases: Phases) -> Iterator[Connection]:
    """The running stack's connection, or that of one that runs for this block."""
    running = local_connection(home)
    if running is not None:
        output().print(f"Using the stack at {running.url}.")
        yield running
        return
    from shared.cli.local_stack import LocalStack

    stack = LocalStack(home, say=output().print)
    with phases.phase("start the stack"):
        stack.start()
    try:
        yield stack.connection()
    finally:
        stack.stop()


def _perform(connection: Connection, out: Path, phases: Phases) -> bool:
    """Run the scenario and write what came of it. Returns whether every promise was kept."""
    from shared.client import Client
    from shared.demo.contact_sheet import draw
    from shared.demo.performance import perform
    from shared.demo.promises import broken_promises
    from shared.demo.report import report, table

    console = output()
    before = phases.total
    with Client(connection.url, connection.api_key) as client:
        outcome = perform(client, out / "files", phases, console.print)
    sheet, document = out / "contact-sheet.png", out / "report.json"
    with phases.phase("contact sheet"):
        draw(outcome, phases.total - before, sheet)
    broken = broken_promises(outcome)
    document.write_text(
        json.dumps(report(outcome, phases, connection.url, broken), indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )
    console.print()
    console.print(table(outcome))
    console.print()
    for promise in broken:
        console.print(f"Not as promised: {promise}", style="red")
    console.print(f"{phases.total:.1f} s in all. {'Something is not as promised.' if broken else 'All as promised.'}")
    for path in (sheet, document, out / "files"):
        console.print(f"  {path}")
    return not broken


def _stay(connection: Connection, home: Path) -> None:
    from shared.cli.sign_in import sign_in_link

    output().print(f"\nThe stack stays up until Ctrl-C: {connection.url}\nSign in: {sign_in_link(home)}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
