"""``bottega keys``: who may use a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from shared.cli import options
from shared.cli.console import diagnostics, output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.accounts.models import ApiKey, Workspace

app = typer.Typer(help="Make, list and revoke API keys. Works on the database.", no_args_is_help=True)

Slug = Annotated[str, typer.Option("--workspace", "-w", metavar="SLUG", help="Whose keys.")]


@app.command()
def create(
    workspace: Slug = "main",
    name: Annotated[str, typer.Option("--name", help="What the key is for.")] = "key",
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="read, write or admin; repeat for more. Left out: all.")
    ] = None,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make an API key. It is shown once and never again."""
    use_installation(home)
    from shared.accounts import service
    from shared.db import session_scope

    try:
        scopes = frozenset(map(service.Scope, scope or service.Scope))
    except ValueError as error:
        raise BadOption(f"{error}; there are: {', '.join(service.Scope)}.") from None
    with session_scope() as session:
        made = service.create_api_key(session, _workspace(session, workspace).id, name, scopes)
    if as_json:
        print_json({**_document(made.record), "api_key": made.secret})
    else:
        output().print(made.secret)
        diagnostics().print("Keep it: it is not shown again.", style="dim")


@app.command("list")
def list_keys(
    workspace: Slug = "main", as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME
) -> None:
    """List a workspace's keys, by their beginnings."""
    use_installation(home)
    from rich.table import Column, Table

    from shared.accounts import repository
    from shared.db import session_scope

    with session_scope() as session:
        keys = repository.list_keys(session, _workspace(session, workspace).id)
    if as_json:
        print_json([_document(key) for key in keys])
        return
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "Begins with", "Name", "Scopes", "Made", "Last used", "State", box=None)
    for key in keys:
        shown = _document(key)
        used = shown["last_used_at"] or "never"
        cells = (shown["prefix"], shown["name"], ", ".join(shown["scopes"]), shown["created_at"], used, shown["state"])
        table.add_row(shown["id"], *cells)
    output().print(table)


@app.command()
def revoke(
    key_id: Annotated[UUID, typer.Argument(metavar="ID", help="The key's id, as `bottega keys list` shows it.")],
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Revoke a key, for good and at once."""
    use_installation(home)
    from shared.accounts import service
    from shared.db import session_scope

    with session_scope() as session:
        key = service.revoke_api_key(session, key_id)
    if as_json:
        print_json(_document(key))
    else:
        output().print(f"Key {key.prefix}… ({key.name}) is revoked.")


def _workspace(session: Session, slug: str) -> Workspace:
    from shared.accounts import repository

    found = repository.find_workspace(session, slug)
    if found is None:
        raise BadOption(f"There is no workspace {slug!r}. Make it: bottega workspaces create {slug}")
    return found


def _document(key: ApiKey) -> dict[str, Any]:
    from shared.clock import iso, utc_now

    expired = key.expires_at is not None and key.expires_at <= utc_now()
    state = "revoked" if key.revoked_at else "expired" if expired else "valid"
    return {
        "id": str(key.id),
        "name": key.name,
        "prefix": key.prefix,
        "scopes": list(key.scopes),
        "created_at": iso(key.created_at),
        "last_used_at": iso(key.last_used_at),
        "state": state,
    }
