"""``bottega workspaces limit`` and ``bottega models limit``: how many jobs may run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.console import output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.accounts.models import Workspace
    from shared.catalog.models import Model

Running = Annotated[int | None, typer.Option("--running", min=1, help="So many of its jobs at once, on all workers.")]
NoLimit = Annotated[bool, typer.Option("--no-limit", help="Any number at once.")]


def limit_workspace(
    slug: Annotated[str, typer.Argument(help="Whose jobs.")],
    running: Running = None,
    no_limit: NoLimit = False,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say how many jobs of a workspace may run at once, or show it. Works on the database."""
    use_installation(home)
    from shared.accounts import repository
    from shared.db import session_scope

    with session_scope() as session:
        workspace = repository.find_workspace(session, slug)
        if workspace is None:
            raise BadOption(f"There is no workspace {slug!r}. See them: bottega workspaces list")
        cap = _apply(session, workspace, running, no_limit)
    _say(f"workspace {slug}", cap, as_json)


def limit_model(
    name: Annotated[str, typer.Argument(help="The model's name, such as starter/backdrops.")],
    running: Running = None,
    no_limit: NoLimit = False,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say how many jobs of a model may run at once, or show it. Works on the database."""
    use_installation(home)
    from shared.catalog import repository
    from shared.db import session_scope

    with session_scope() as session:
        model = repository.find(session, name)
        if model is None:
            raise BadOption(f"There is no model {name!r}. See them: bottega models")
        cap = _apply(session, model, running, no_limit)
    _say(f"model {name}", cap, as_json)


def _apply(session: Session, owner: Workspace | Model, running: int | None, no_limit: bool) -> int | None:
    """Set what was asked for, and return what holds now."""
    from shared.jobs.caps import set_cap

    if running is not None and no_limit:
        raise BadOption("--running and --no-limit exclude each other.")
    if running is not None or no_limit:
        set_cap(session, owner, running)
    return owner.max_running


def _say(owner: str, cap: int | None, as_json: bool) -> None:
    if as_json:
        print_json({"max_running": cap})
    elif cap is None:
        output().print(f"Any number of jobs of the {owner} may run at once.")
    else:
        output().print(f"{cap} job{'' if cap == 1 else 's'} of the {owner} may run at once.")
