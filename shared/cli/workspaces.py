"""``bottega workspaces``: the tenants of an installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.console import output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

if TYPE_CHECKING:
    from shared.accounts.models import Workspace

app = typer.Typer(help="Make workspaces, and say what they keep. Works on the database.", no_args_is_help=True)


@app.callback()
def workspaces() -> None:
    """Make workspaces, and say what they keep. Works on the database."""


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


@app.command()
def retention(
    slug: Annotated[str, typer.Argument(help="Whose jobs and files.")],
    jobs_days: Annotated[
        int | None,
        typer.Option("--jobs-days", min=1, max=36_500, help="Delete finished jobs, with their files, after so long."),
    ] = None,
    files_days: Annotated[
        int | None,
        typer.Option("--files-days", min=1, max=36_500, help="Delete the files of finished jobs after so long."),
    ] = None,
    forever: Annotated[bool, typer.Option("--forever", help="Keep both for ever.")] = False,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say how long a workspace keeps finished jobs and their files, or show it.

    What is not named stays as it is. Usage is kept for ever.
    """
    use_installation(home)
    from shared.accounts import repository
    from shared.db import session_scope

    if forever and (jobs_days or files_days):
        raise BadOption("--forever goes with neither --jobs-days nor --files-days.")
    with session_scope() as session:
        workspace = repository.find_workspace(session, slug)
        if workspace is None:
            raise BadOption(f"There is no workspace {slug!r}.")
        workspace.keep_jobs_days = None if forever else jobs_days or workspace.keep_jobs_days
        workspace.keep_files_days = None if forever else files_days or workspace.keep_files_days
    if as_json:
        print_json({"keep_jobs_days": workspace.keep_jobs_days, "keep_files_days": workspace.keep_files_days})
    else:
        output().print(_retention(workspace))


def _retention(workspace: Workspace) -> str:
    jobs, files = workspace.keep_jobs_days, workspace.keep_files_days
    kept = min((days for days in (jobs, files) if days is not None), default=None)
    return f"{workspace.slug} keeps finished jobs {_for(jobs)} and their files {_for(kept)}."


def _for(days: int | None) -> str:
    if days is None:
        return "for ever"
    return "for a day" if days == 1 else f"for {days} days"
