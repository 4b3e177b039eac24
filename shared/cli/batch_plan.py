"""A batch's plan as people read it: what it makes, what is generated for it, what that is likely to take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from shared.batches.states import BatchState
from shared.cli.batch_views import print_problems
from shared.cli.console import age_text, output, size_text

if TYPE_CHECKING:
    from shared.client import Batch, Client

_FIRST_PROBLEMS = 11
"""One more than is shown, to know whether there are more."""


def print_plan(client: Client, batch: Batch) -> None:
    """The plan, and the first cells that are wrong."""
    console = output()
    if batch.state is BatchState.FAILED and batch.error is not None:
        console.print(f"{batch.noun.capitalize()} {batch.id} could not be planned.", style="red")
        console.print(batch.error.message)
    elif batch.plan is not None:
        console.print(f"{batch.noun.capitalize()} {batch.id}  {batch.name}")
        console.print(plan_table(batch.noun, batch.plan))
    print_problems(batch, list(client.batches.problems(batch.id, limit=_FIRST_PROBLEMS)), all_of_them=False)


def plan_table(noun: str, plan: Mapping[str, Any]) -> Table:
    """One line a figure."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    left_out = f" ({plan['bad_rows']:,} left out: a cell of each is wrong)" if plan["bad_rows"] else ""
    table.add_row("Rows", f"{plan['rows']:,}{left_out}")
    table.add_row("Creatives" if noun == "campaign" else "Jobs", f"{plan['items']:,}{_by(plan.get('by') or {})}")
    for name, label in (("jobs", "Of these"), ("images", "Pictures"), ("copy", "Texts")):
        counted = (plan.get("generations") or {}).get(name)
        if counted and counted["distinct"]:
            table.add_row(label, f"{counted['needed']:,} to generate, {counted['reused']:,} there already")
    for label, value in _estimates(plan.get("estimate") or {}):
        table.add_row(label, value)
    return table


def _by(by: Mapping[str, int]) -> str:
    """`` (2 templates × 4 sizes × 4 locales a row)``."""
    counted = [(name, by.get(name, 0)) for name in ("templates", "sizes", "locales")]
    said = [f"{number} {name if number != 1 else name[:-1]}" for name, number in counted if number]
    return f" ({' × '.join(said)} a row)" if said else ""


def _estimates(estimate: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [
        (label, age_text(estimate[name]))
        for name, label in (("device_seconds", "On the device"), ("cpu_seconds", "Composing"))
        if estimate.get(name)
    ]
    if estimate.get("bytes"):
        found.append(("To store", size_text(int(estimate["bytes"]))))
    if estimate.get("basis"):
        found.append(("Estimated", str(estimate["basis"])))
    return found
