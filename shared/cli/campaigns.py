"""``bottega campaigns``: rows of a table in every template, size and locale."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.batches.states import BatchKind
from shared.cli import batch_options, options
from shared.cli.batch_moves import MOVES
from shared.cli.batch_plan import print_plan
from shared.cli.batch_progress import hand_over, watch_to_the_end
from shared.cli.batch_results import RESULTS
from shared.cli.batch_views import print_batches, print_items
from shared.cli.campaign_review import REVIEWS
from shared.cli.connection import connect
from shared.cli.console import print_json
from shared.cli.json_file import read_object

app = typer.Typer(
    help="Rows of a table in every template, size and locale: plan, launch, watch, review, fetch.",
    no_args_is_help=True,
)


@app.command()
def create(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The campaign as JSON; - reads stdin.")],
    table: batch_options.TableFile = None,
    launch: Annotated[bool, typer.Option("--launch", help="Launch it as soon as it is planned.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="With --launch: watch it to its end.")] = False,
    timeout: batch_options.Timeout = 86_400.0,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Plan a campaign: count what it makes, name every bad cell. Nothing is spent until it is launched.

    A row with a bad cell is left out and named; the others are made. Exits 4 when the table cannot be planned.
    """
    request = read_object("FILE", file)
    with connect(url, key, home) as client:
        campaign = client.campaigns.create(request, table, launch=launch)
        planned = client.campaigns.wait_for_plan(campaign.id, timeout)
        if not as_json:
            print_plan(client, planned)
        if launch and watch and not planned.has_ended:
            planned = watch_to_the_end(client, planned, timeout)
        hand_over(planned, as_json=as_json)


@app.command("list")
def list_campaigns(
    state: batch_options.State = None,
    limit: batch_options.Limit = 20,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the workspace's campaigns, newest first."""
    with connect(url, key, home) as client:
        wanted = None if state is None else state.value
        found = list(client.batches.list(kind=BatchKind.CAMPAIGN.value, state=wanted, limit=limit))
    if as_json:
        print_json([campaign.document for campaign in found])
    else:
        print_batches(found, "There are no such campaigns. Make one: bottega campaigns create FILE --table FILE")


@app.command()
def plan(
    batch_id: batch_options.BatchId,
    timeout: batch_options.Timeout = 86_400.0,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show its plan: rows, creatives, what is generated and what is there already, and the first bad cells."""
    with connect(url, key, home) as client:
        campaign = client.campaigns.wait_for_plan(str(batch_id), timeout)
        if as_json:
            print_json(campaign.plan)
        else:
            print_plan(client, campaign)


@app.command()
def creatives(
    batch_id: batch_options.BatchId,
    template: batch_options.Template = None,
    size: batch_options.Size = None,
    locale: batch_options.Locale = None,
    state: batch_options.ItemState = None,
    review: batch_options.Review = None,
    row: batch_options.Row = None,
    limit: batch_options.Limit = 50,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List its creatives, row by row: how each stands, and what a reviewer said."""
    with connect(url, key, home) as client:
        verdict = None if review is None else review.value
        found = list(
            client.campaigns.creatives(
                str(batch_id),
                template=template,
                size=size,
                locale=locale,
                state=state,
                review=verdict,
                row=row,
                limit=limit,
            )
        )
    if as_json:
        print_json([item.document for item in found])
    else:
        print_items(found)


for command in (*MOVES, *REVIEWS, *RESULTS):
    app.command()(command)
