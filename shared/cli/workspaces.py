"""``bottega workspaces``: the tenants of an installation."""

from __future__ import annotations

from typing import Annotated

import typer

from shared.cli import options
from shared.cli.console import output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

app = typer.Typer(help="Make workspaces. Works on the database.", no_args_is_help=True)


@app.callback()
def workspaces() -> None:
    """Make workspaces. Works on the database."""


@app.command()
def create(
    slug: Annotated[str, typer.Argument(help="Its short name: small letters, digits, hyphens.")],
    name: Annotated[str | None, typer.Option("--name", help="Its name for people. Left out: the slug.")] = None,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Make a workspace, with a webhook secret of its own."""
    use_installation(home)
    import re

    from shared.accounts import repository, service
    from shared.db import session_scope

    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", slug):
        raise BadOption(f"{slug!r} is no slug: 1 to 63 small letters, digits and hyphens, not beginning with a hyphen.")
    with session_scope() as session:
        if repository.find_workspace(session, slug) is not None:
            raise BadOption(f"There is a workspace {slug!r} already.")
        workspace = service.create_workspace(session, slug, name or slug)
    if as_json:
        print_json({"id": str(workspace.id), "slug": slug, "name": workspace.name})
    else:
        output().print(f"Workspace {slug} is there. Give it a key: bottega keys create --workspace {slug}")
