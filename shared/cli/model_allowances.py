"""``bottega models allow|disallow``: which models a workspace may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.console import output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

Slug = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Whose jobs.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[MODEL]...", help="Models of the catalog.")]


def allow(
    workspace: Slug, models: Names = None, as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME
) -> None:
    """Let a workspace use these models and, of the others, none; or show its list.

    A workspace without a list may use every model. Works on the database.
    """
    use_installation(home)
    from shared.catalog import repository
    from shared.db import session_scope

    with session_scope() as session:
        workspace_id = _workspace(session, workspace)
        if models:
            repository.allow(session, workspace_id, _ids(session, models))
        listed = [model.name for model in repository.allowances(session, workspace_id)]
    _say(workspace, listed, as_json)


def disallow(
    workspace: Slug,
    models: Names = None,
    everything: Annotated[bool, typer.Option("--all", help="Empty the list: every model may be used again.")] = False,
    as_json: options.Json = False,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Take models off a workspace's list. The last one stays, unless the whole list goes. Works on the database."""
    if bool(models) == everything:
        raise BadOption("Name the models to take off the list, or say --all.")
    use_installation(home)
    from shared.catalog import repository
    from shared.db import session_scope

    with session_scope() as session:
        workspace_id = _workspace(session, workspace)
        repository.disallow(session, workspace_id, None if everything else _ids(session, models or ()))
        listed = [model.name for model in repository.allowances(session, workspace_id)]
        if not listed and not everything:
            # Raised within the transaction, so that nothing of it stays.
            raise BadOption(
                "That would leave its list empty, and every model open to it. If that is meant, say --all; to let it"
                f" run nothing: bottega pause --workspace {workspace}"
            )
    _say(workspace, listed, as_json)


def _say(workspace: str, listed: Sequence[str], as_json: bool) -> None:
    if as_json:
        print_json({"workspace": workspace, "models": listed or None})
    elif listed:
        output().print(f"{workspace} may use {', '.join(listed)}, and no other model.")
    else:
        output().print(f"{workspace} may use every model.")


def _workspace(session: Session, slug: str) -> UUID:
    from shared.accounts import repository

    found = repository.find_workspace(session, slug)
    if found is None:
        raise BadOption(f"There is no workspace {slug!r}. See them: bottega workspaces list")
    return found.id


def _ids(session: Session, names: Sequence[str]) -> list[UUID]:
    from shared.catalog import repository

    found = {name: repository.find(session, name) for name in names}
    if unknown := [name for name, model in found.items() if model is None]:
        raise BadOption(f"There is no model {unknown[0]!r}. See them: bottega models list --all")
    return [model.id for model in found.values() if model is not None]
