"""``bottega demo``: everything once, from an empty folder to files one can look at."""

from __future__ import annotations

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
        from shared.demo.demonstration import demonstrate
    except ImportError as error:
        raise DemoNotInstalled(
            f"The demo needs the package {error.name}: pip install 'bottega[dev,models,stack]'."
        ) from error
    from shared.client import Client
    from shared.demo.phases import Phases

    # The stack is stopped on the way out. A shell lets its background jobs ignore SIGINT; this one is to obey.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    phases = Phases(output().print)
    if seconds := os.environ.get(_INSTALL_SECONDS):
        phases.add("install", float(seconds))
    with _serving(home, phases) as connection:
        with Client(connection.url, connection.api_key) as client:
            kept = demonstrate(client, out, phases, output())
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


def _stay(connection: Connection, home: Path) -> None:
    from shared.cli.sign_in import sign_in_link

    output().print(f"\nThe stack stays up until Ctrl-C: {connection.url}\nSign in: {sign_in_link(home)}")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
