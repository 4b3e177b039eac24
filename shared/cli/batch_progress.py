"""A batch followed to its end: a bar on a terminal, a line a change elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.batches.states import BatchState
from shared.cli.batch_views import count_words, ended_items, print_batch
from shared.cli.console import diagnostics, print_json
from shared.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from shared.client import Batch, Client


def watch_to_the_end(client: Client, batch: Batch, seconds: float) -> Batch:
    """It when it has ended, or waits to be launched. Raises ``BatchWaitExpired`` after ``seconds``."""
    console = diagnostics()
    bar = Progress(
        TextColumn("{task.fields[state]}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("", total=None, state=batch.state.value, said="")
        lines = Lines()

        def show(now: Batch) -> None:
            is_reading = now.state is BatchState.PLANNING
            said = f"{now.rows:,} rows read" if is_reading else _trouble(now)
            bar.update(
                task,
                total=None if is_reading else now.items,
                completed=0 if is_reading else ended_items(now),
                state=now.state.value,
                said=said,
            )
            if not console.is_terminal and (line := lines.of(now)):
                console.print(line)

        try:
            return client.batches.wait(batch.id, seconds, show)
        except KeyboardInterrupt:
            console.print(f"The {batch.noun} goes on. See it again:")
            group = "campaigns" if batch.noun == "campaign" else "batches"
            console.print(f"  bottega {group} watch {batch.id}    bottega {group} cancel {batch.id}")
            raise typer.Exit(ExitCode.INTERRUPTED) from None


class Lines:
    """What is said without a terminal: one line a state, and one every tenth of the way."""

    def __init__(self) -> None:
        self._said = ("", -1)

    def of(self, batch: Batch) -> str:
        """The line for what has changed; empty where nothing worth a line has."""
        step = (batch.state.value, int(batch.progress * 10))
        if step == self._said:
            return ""
        self._said = step
        return f"{batch.id} {batch.state.value}  {count_words(batch)}"


def hand_over(batch: Batch, *, as_json: bool) -> None:
    """Say what it came to. Raises ``typer.Exit`` unless everything succeeded or waits to be launched."""
    if as_json:
        print_json(batch.document)
    else:
        print_batch(batch)
    has_failures = batch.counts.get("failed", 0) or batch.counts.get("canceled", 0)
    if batch.state in (BatchState.FAILED, BatchState.CANCELED) or (batch.has_ended and has_failures):
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)


def _trouble(batch: Batch) -> str:
    failed = batch.counts.get("failed", 0)
    return f"{failed:,} failed" if failed else ""
