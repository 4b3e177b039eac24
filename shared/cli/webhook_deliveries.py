"""``bottega webhooks deliveries``: what was sent where, and how it went."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Column, Table
from rich.text import Text

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import age_text, output, print_json, state_text
from shared.clock import utc_now

if TYPE_CHECKING:
    from shared.client import Delivery

app = typer.Typer(help="What was sent to receivers, and how it went.", no_args_is_help=True)


# The model's own enum comes with SQLAlchemy, which would make every command slow to start.
class State(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    SENDING = "sending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


DeliveryId = Annotated[UUID, typer.Argument(metavar="ID", help="The delivery's id.")]


@app.command("list")
def list_deliveries(
    endpoint: Annotated[UUID | None, typer.Option("--endpoint", metavar="ID", help="Only to this endpoint.")] = None,
    event: Annotated[UUID | None, typer.Option("--event", metavar="ID", help="Only of this event.")] = None,
    state: Annotated[State | None, typer.Option("--state", help="Only those in this state.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many, newest first.")] = 20,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List deliveries, newest first."""
    wanted = {"endpoint_id": endpoint, "event_id": event, "state": state}
    filters = {name: str(value) for name, value in wanted.items() if value is not None}
    with connect(url, key, home) as client:
        found = list(client.webhooks.deliveries(limit=limit, **filters))
    if as_json:
        print_json([delivery.document for delivery in found])
        return
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "State", "Event", "Tries", "Next", "Age", "Address", box=None, padding=(0, 1, 0, 0))
    for delivery in found:
        age = age_text((utc_now() - delivery.created_at).total_seconds())
        tried = str(delivery.attempts)
        table.add_row(
            delivery.id, state_text(delivery.state), delivery.event_type, tried, _next(delivery), age, delivery.url
        )
    output().print(table if found else "There are no such deliveries.")


@app.command()
def show(
    delivery_id: DeliveryId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show a delivery: its body, and every attempt with what came back."""
    with connect(url, key, home) as client:
        delivery = client.webhooks.delivery(str(delivery_id))
    if as_json:
        print_json(delivery.document)
        return
    console = output()
    console.print(Text.assemble(delivery.id, "  ", state_text(delivery.state), f"  {delivery.url}"))
    console.print(f"webhook-id {delivery.event_id}\n\n{delivery.body}\n", style="dim")
    for attempt in delivery.log:
        console.print(_attempt_text(attempt))
    if upcoming := _next(delivery):
        console.print(f"next attempt: {upcoming}")


@app.command()
def replay(
    delivery_id: DeliveryId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Send a delivery again, from the start of its schedule, under the same webhook-id."""
    with connect(url, key, home) as client:
        delivery = client.webhooks.replay(str(delivery_id))
    if as_json:
        print_json(delivery.document)
    else:
        output().print(f"Delivery {delivery.id} is on its way again.")


def _next(delivery: Delivery) -> str:
    """When it is tried next: ``in 5 min``, ``now``; nothing when it is not."""
    if delivery.next_attempt_at is None:
        return ""
    seconds = (delivery.next_attempt_at - utc_now()).total_seconds()
    return f"in {age_text(seconds)}" if seconds > 0 else "now"


def _attempt_text(attempt: Any) -> Text:
    came_back = str(attempt["status"]) if attempt["status"] is not None else "no answer"
    style = "green" if attempt["status"] is not None and 200 <= attempt["status"] < 300 else "red"
    facts = [f"{attempt['milliseconds']} ms", attempt["address"] or "no address", attempt["error"] or ""]
    told = "  ".join(fact for fact in facts if fact)
    line = Text.assemble(f"{attempt['started_at']}  ", (came_back, style), f"  {told}")
    return line.append(f"\n    {attempt['response']}") if attempt["response"] else line
