"""``bottega pause``, ``resume`` and ``pauses``: let a queue, a model or a workspace stand still for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from shared.cli import options
from shared.cli.console import age_text, output, print_json
from shared.cli.errors import BadOption
from shared.cli.installation import use_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.jobs.pauses import PauseTarget

Kind = Annotated[str, typer.Argument(metavar="queue|model|workspace", help="What kind of thing.")]
Name = Annotated[str, typer.Argument(help="`generation`, a model's name, or a workspace's slug.")]


def pause(
    kind: Kind,
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Shown to those whose jobs wait.")] = "",
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Let nothing of a queue, a model or a workspace begin until it is resumed. What runs is finished.

    Jobs are accepted all the same. Works on the database.
    """
    use_installation(home)
    from shared.db import session_scope
    from shared.jobs import pauses as service

    with session_scope() as session:
        service.pause(session, _target(session, kind, name), reason)
    output().print(f"The {kind} {name} is paused. Go on with: bottega resume {kind} {name}")


def resume(kind: Kind, name: Name, home: options.Home = options.DEFAULT_HOME) -> None:
    """Let a queue, a model or a workspace go on. Works on the database."""
    use_installation(home)
    from shared.db import session_scope
    from shared.jobs import pauses as service

    with session_scope() as session:
        was_paused = service.resume(session, _target(session, kind, name))
    output().print(f"The {kind} {name} {'goes on' if was_paused else 'was not paused'}.")


def pauses(as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """List what is paused, and why. Works on the database."""
    use_installation(home)
    from shared.clock import iso, utc_now
    from shared.db import session_scope
    from shared.jobs import pauses as service

    with session_scope() as session:
        found = service.standing(session)
    if as_json:
        print_json(
            [
                {"kind": each.kind.value, "name": each.name, "reason": each.reason, "since": iso(each.since)}
                for each in found
            ]
        )
        return
    table = Table("Kind", "Name", "For", "Reason", box=None, padding=(0, 1, 0, 0))
    for each in found:
        table.add_row(each.kind.value, each.name, age_text((utc_now() - each.since).total_seconds()), each.reason)
    output().print(table if found else "Nothing is paused.")


def _target(session: Session, kind: str, name: str) -> PauseTarget:
    """Raises ``BadOption`` when there is no such thing."""
    from shared.accounts import repository as accounts
    from shared.catalog import repository as catalog
    from shared.jobs.pauses import PauseKind, PauseTarget
    from shared.queue.names import JOB_QUEUES, QueueName

    if kind == PauseKind.QUEUE:
        if name not in JOB_QUEUES:
            raise BadOption(f"There is no queue of jobs called {name!r}; there are: {', '.join(JOB_QUEUES)}.")
        return PauseTarget.of_queue(QueueName(name))
    if kind == PauseKind.MODEL:
        model = catalog.find(session, name)
        if model is None:
            raise BadOption(f"There is no model {name!r}. See them: bottega models")
        return PauseTarget.of_model(model.id)
    if kind == PauseKind.WORKSPACE:
        workspace = accounts.find_workspace(session, name)
        if workspace is None:
            raise BadOption(f"There is no workspace {name!r}. See them: bottega workspaces")
        return PauseTarget.of_workspace(workspace.id)
    raise BadOption(f"{kind!r} cannot be paused; a queue, a model or a workspace can.")
