"""``bottega webhooks endpoints``: the addresses that are told of a workspace's events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Column, Table
from rich.text import Text

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import age_text, diagnostics, output, print_json, state_text
from shared.clock import utc_now

if TYPE_CHECKING:
    from shared.client import Endpoint

app = typer.Typer(help="Addresses that are told of the workspace's events.", no_args_is_help=True)

EndpointId = Annotated[UUID, typer.Argument(metavar="ID", help="The endpoint's id.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Where to send to, such as https://example.com/hooks.")]


@app.command("list")
def list_endpoints(
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the endpoints, oldest first."""
    with connect(url, key, home) as client:
        found = client.webhooks.endpoints()
    if as_json:
        print_json([endpoint.document for endpoint in found])
        return
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "State", "Events", "Age", "Address", box=None, padding=(0, 1, 0, 0))
    for endpoint in found:
        age = age_text((utc_now() - endpoint.created_at).total_seconds())
        table.add_row(endpoint.id, state_text(endpoint.state), _events(endpoint), age, endpoint.url)
    output().print(table if found else "There are no endpoints. Add one: bottega webhooks endpoints add ADDRESS")


@app.command()
def add(
    address: Address,
    event: Annotated[
        list[str] | None, typer.Option("--event", metavar="TYPE", help="An event to tell of; repeat. Left out: all.")
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What it is for.")] = "",
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Add an endpoint, and print its id and the secret it verifies with. The secret is shown now only."""
    with connect(url, key, home) as client:
        made = client.webhooks.add_endpoint(address, event or (), description)
    if as_json:
        print_json(made.document)
        return
    output().print(f"{made.id}\n{made.secret}")
    diagnostics().print("Keep the secret: it is not shown again.", style="dim")


@app.command()
def show(
    endpoint_id: EndpointId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Show an endpoint, without its secret."""
    with connect(url, key, home) as client:
        _print(client.webhooks.endpoint(str(endpoint_id)), as_json)


@app.command()
def enable(
    endpoint_id: EndpointId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Tell an endpoint of events again; its failures are forgotten."""
    with connect(url, key, home) as client:
        _print(client.webhooks.enable_endpoint(str(endpoint_id)), as_json)


@app.command()
def disable(
    endpoint_id: EndpointId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Tell an endpoint of nothing until it is enabled again."""
    with connect(url, key, home) as client:
        _print(client.webhooks.disable_endpoint(str(endpoint_id)), as_json)


@app.command()
def delete(
    endpoint_id: EndpointId,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Remove an endpoint, its deliveries and their log."""
    with connect(url, key, home) as client:
        client.webhooks.delete_endpoint(str(endpoint_id))
    output().print(f"Endpoint {endpoint_id} is gone.")


@app.command()
def rotate(
    endpoint_id: EndpointId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Give an endpoint a new secret and print it. For 24 hours the one before signs too."""
    with connect(url, key, home) as client:
        secret = client.webhooks.rotate_secret(str(endpoint_id))
    if as_json:
        print_json({"secret": secret})
        return
    output().print(secret)
    diagnostics().print("Keep the secret: it is not shown again.", style="dim")


@app.command("test")
def send_test(
    endpoint_id: EndpointId,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Send an endpoint a `webhook.test` event, and print the webhook-id that it carries."""
    with connect(url, key, home) as client:
        event_id = client.webhooks.test_endpoint(str(endpoint_id))
    if as_json:
        print_json({"event_id": event_id})
        return
    output().print(event_id)
    diagnostics().print(f"How it went: bottega webhooks deliveries list --event {event_id}", style="dim")


def _print(endpoint: Endpoint, as_json: bool) -> None:
    if as_json:
        print_json(endpoint.document)
        return
    console = output()
    console.print(Text.assemble(endpoint.id, "  ", state_text(endpoint.state), f"  {endpoint.url}"))
    console.print(f"events: {_events(endpoint)}")
    if endpoint.description:
        console.print(endpoint.description)


def _events(endpoint: Endpoint) -> str:
    return ", ".join(endpoint.events) or "all"
