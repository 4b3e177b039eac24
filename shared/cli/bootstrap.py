"""``bottega migrate`` and ``bottega bootstrap``: make an installation ready to serve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.cli import options
from shared.cli.console import output
from shared.cli.installation import use_installation

WORKSPACE = "main"
_KEY_NAME = "bottega command"


def migrate(
    to: Annotated[str, typer.Option("--to", metavar="REVISION", help="Another revision; `base` is empty.")] = "head",
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Bring the database to the schema of this version, and make the bucket."""
    use_installation(home)
    _migrate(to)
    output().print(f"The database is at revision {to}; the bucket is there.")


def bootstrap(home: options.Home = options.DEFAULT_HOME) -> None:
    """Migrate, and make a first workspace and API key.

    Safe to repeat: what is there stays. The key goes to api-key.json in the home folder, where the other commands
    find it.
    """
    use_installation(home)
    _migrate("head")
    output().print(_keep_a_key(home))


def _migrate(revision: str) -> None:
    from shared.schema import migrate as migrate_database
    from shared.storage.s3 import get_store

    migrate_database(revision)
    get_store().ensure_bucket()


def _keep_a_key(home: Path) -> str:
    """What was done so that ``home`` keeps a key that is valid."""
    from shared.accounts import repository, service
    from shared.cli.stored_key import StoredKey
    from shared.crypto import keyed_hash
    from shared.db import session_scope

    kept = StoredKey.read(home)
    with session_scope() as session:
        if kept and repository.find_valid_key(session, keyed_hash("api-key", kept.api_key)):
            return f"Workspace {kept.workspace}: its API key is in {home}."
        workspace = repository.find_workspace(session, WORKSPACE)
        if workspace is None:
            workspace = service.create_workspace(session, WORKSPACE, "Main")
        made = service.create_api_key(session, workspace.id, _KEY_NAME)
    home.mkdir(parents=True, exist_ok=True)
    # After the commit: a file that names a key which does not exist would be of no use.
    file = StoredKey(WORKSPACE, str(made.record.id), made.secret).write(home)
    return f"Workspace {WORKSPACE}: a new API key is in {file}."
