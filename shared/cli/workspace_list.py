"""``bottega workspaces list``."""

from __future__ import annotations

from rich.table import Table

from shared.cli import options
from shared.cli.console import output, print_json
from shared.cli.installation import use_installation


def list_workspaces(as_json: options.Json = False, home: options.Home = options.DEFAULT_HOME) -> None:
    """List the workspaces, how many jobs of each may run at once, and what is paused."""
    use_installation(home)
    from shared.accounts import repository
    from shared.db import session_scope
    from shared.jobs import pauses

    with session_scope() as session:
        found = repository.list_workspaces(session)
        standing = pauses.standing(session)
    paused = {each.name: each for each in standing if each.kind is pauses.PauseKind.WORKSPACE}
    if as_json:
        print_json(
            [
                {
                    "id": str(workspace.id),
                    "slug": workspace.slug,
                    "name": workspace.name,
                    "max_running": workspace.max_running,
                    "paused": workspace.slug in paused,
                }
                for workspace in found
            ]
        )
        return
    table = Table("Workspace", "Name", "Running at once", "", box=None, padding=(0, 1, 0, 0))
    for workspace in found:
        cap = "any number" if workspace.max_running is None else str(workspace.max_running)
        state = f"paused: {paused[workspace.slug].reason}".rstrip(": ") if workspace.slug in paused else ""
        table.add_row(workspace.slug, workspace.name, cap, state)
    output().print(table if found else "There is no workspace. Make one: bottega workspaces create main")
