"""``bottega batches``: one job a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shared.batches.states import BatchKind
from shared.cli import batch_options, job_options, options
from shared.cli.batch_moves import MOVES
from shared.cli.batch_plan import print_plan
from shared.cli.batch_progress import hand_over, watch_to_the_end
from shared.cli.batch_results import RESULTS
from shared.cli.batch_views import print_batches, print_items
from shared.cli.connection import connect
from shared.cli.console import print_json
from shared.cli.job_input import read_input, split_pair
from shared.cli.job_options import PriorityChoice

if TYPE_CHECKING:
    from shared.client import Batch, Client

app = typer.Typer(help="One job a row of a table: plan, launch, watch, fetch the results.", no_args_is_help=True)

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="NAME=VALUE", help="A field of every job's input; a text is a template, too."),
]
Wildcards = Annotated[
    list[str] | None,
    typer.Option("--wildcard", "-w", metavar="NAME=A|B|C", help="What __NAME__ in a template is one of, at random."),
]


@app.command()
def create(
    model: Annotated[str, typer.Option("--model", "-m", help="The model of every job.")],
    table: batch_options.RequiredTable,
    prompt: Annotated[
        str | None, typer.Option("--prompt", "-p", metavar="TEMPLATE", help="The prompt; {name} is that row's cell.")
    ] = None,
    settings: Settings = None,
    wildcards: Wildcards = None,
    name: Annotated[str | None, typer.Option("--name", help="What you call it.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Decides what alternatives and wildcards become.")] = 0,
    priority: job_options.Priority = PriorityChoice.BULK,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan it, and launch nothing.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Watch it to its end.")] = False,
    timeout: batch_options.Timeout = 86_400.0,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Send a table, plan a job for each of its rows, and launch them.

    A row with a bad cell is left out and named; the others run. Exits 4 when the table cannot be planned.
    """
    job_input = read_input(None, prompt, settings or ())
    words = dict(_words(text) for text in wildcards or ())
    with connect(url, key, home) as client:
        batch = client.batches.create(
            model,
            job_input,
            table,
            name=name or table.stem,
            wildcards=words,
            seed=seed,
            priority=priority.value,
            dry_run=dry_run,
        )
        follow(client, batch, timeout, watch=watch and not dry_run, as_json=as_json)


@app.command("list")
def list_batches(
    state: batch_options.State = None,
    limit: batch_options.Limit = 20,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the workspace's batches, newest first."""
    with connect(url, key, home) as client:
        wanted = None if state is None else state.value
        found = list(client.batches.list(kind=BatchKind.JOBS.value, state=wanted, limit=limit))
    if as_json:
        print_json([batch.document for batch in found])
    else:
        print_batches(found, "There are no such batches. Make one: bottega batches create --model MODEL --table FILE")


@app.command()
def items(
    batch_id: batch_options.BatchId,
    state: batch_options.ItemState = None,
    row: batch_options.Row = None,
    limit: batch_options.Limit = 50,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List what it makes, row by row, and how each stands."""
    with connect(url, key, home) as client:
        found = list(client.batches.items(str(batch_id), state=state, row=row, limit=limit))
    if as_json:
        print_json([item.document for item in found])
    else:
        print_items(found)


def follow(client: Client, batch: Batch, timeout: float, *, watch: bool, as_json: bool) -> None:
    """Show a new batch's plan, and with ``watch`` go on to its end. Raises ``typer.Exit`` where it came to nothing."""
    planned = client.batches.wait_for_plan(batch.id, timeout)
    if not as_json:
        print_plan(client, planned)
    if watch and not planned.has_ended:
        planned = watch_to_the_end(client, planned, timeout)
    hand_over(planned, as_json=as_json)


def _words(text: str) -> tuple[str, list[str]]:
    name, words = split_pair("--wildcard", text)
    return name, [word.strip() for word in words.split("|")]


for command in (*MOVES, *RESULTS):
    app.command()(command)
