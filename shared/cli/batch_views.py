"""Batches, their items and what is wrong with their tables, as a terminal shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Column, Table
from rich.text import Text

from shared.batches.states import BatchState
from shared.cli.console import age_text, output, state_text
from shared.clock import utc_now

if TYPE_CHECKING:
    from shared.client import Batch, BatchItem, BatchProblem

_SHOWN_PROBLEMS = 10
_ENDS = ("succeeded", "failed", "canceled")


def print_batches(batches: Sequence[Batch], empty: str) -> None:
    """One line each."""
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "State", "Rows", "Items", "Done", "Age", "Name", box=None, padding=(0, 1, 0, 0))
    for batch in batches:
        age = age_text((utc_now() - batch.created_at).total_seconds())
        done = f"{batch.progress:.0%}"
        table.add_row(
            batch.id, state_text(batch.state.value), f"{batch.rows:,}", f"{batch.items:,}", done, age, batch.name
        )
    output().print(table if batches else empty)


def print_batch(batch: Batch) -> None:
    """What it is, how far it is, and what to do next."""
    console = output()
    console.print(Text.assemble(batch.id, "  ", state_text(batch.state.value), f"  {batch.name}"))
    if batch.error:
        console.print(f"{batch.error.code}: {batch.error.message}", style="red")
    console.print(f"{batch.rows:,} rows, {batch.bad_rows:,} of them left out; {count_words(batch)}")
    group = f"bottega {batch.noun}s" if batch.noun == "campaign" else "bottega batches"
    for words in _next_steps(batch):
        console.print(f"  {group} {words} {batch.id}", style="dim")


def count_words(batch: Batch) -> str:
    """``960 items: 12 running, 940 succeeded, 8 failed``."""
    said = [f"{number:,} {state}" for state, number in batch.counts.items() if number]
    return f"{batch.items:,} items" + (f": {', '.join(said)}" if said else "")


def ended_items(batch: Batch) -> int:
    """Items that have come to an end."""
    return sum(batch.counts.get(state, 0) for state in _ENDS)


def print_problems(batch: Batch, problems: Sequence[BatchProblem], *, all_of_them: bool) -> None:
    """Row, column and reason of each cell that is wrong; the first few unless all are wanted."""
    if not problems:
        return
    shown = problems if all_of_them else problems[:_SHOWN_PROBLEMS]
    table = Table("Row", "Column", "What is wrong", box=None, padding=(0, 2, 0, 0))
    for problem in shown:
        table.add_row(str(problem.row) if problem.row else "", problem.column, problem.message)
    output().print(table)
    if len(problems) > len(shown):
        group = "campaigns" if batch.noun == "campaign" else "batches"
        output().print(f"and more: bottega {group} problems {batch.id}", style="dim")


def print_items(items: Sequence[BatchItem]) -> None:
    """One line each: what it is, how it stands, what it came to."""
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "State", "Review", "Row", "What", "Why", box=None, padding=(0, 1, 0, 0))
    for item in items:
        what = "  ".join(filter(None, (item.custom_id, item.template, item.size, item.locale)))
        why = item.error.message if item.error else item.document.get("review_reason") or ""
        table.add_row(item.id, state_text(item.state), state_text(item.review), str(item.row), what, why)
    output().print(table if items else "There are no such items.")


def _next_steps(batch: Batch) -> Sequence[str]:
    if batch.state is BatchState.PLANNED:
        return ("launch", "problems") if batch.bad_rows else ("launch",)
    if batch.state is BatchState.PAUSED:
        return ("resume",)
    if batch.state in (BatchState.LAUNCHING, BatchState.RUNNING):
        return ("watch", "pause")
    if batch.state is BatchState.COMPLETED:
        return ("download", "retry") if batch.counts.get("failed") else ("download",)
    return ()
