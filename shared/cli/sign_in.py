"""``bottega sign-in``: a link that opens the pages of the stack on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from shared.cli import options
from shared.cli.console import output
from shared.cli.errors import NothingRuns


def sign_in(
    home: options.Home = options.DEFAULT_HOME,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Print a sign-in link to the pages, good for 15 minutes."""
    link = sign_in_link(home)
    output().print(link)
    if open_browser:
        typer.launch(link)


def sign_in_link(home: Path) -> str:
    """A link for the key that ``home`` keeps. Raises ``NothingRuns`` when no stack runs there or it has no key."""
    from shared.cli.installation import use_installation
    from shared.cli.stored_key import StoredKey

    use_installation(home)
    key = StoredKey.read(home)
    if key is None:
        raise NothingRuns(f"There is no API key in {home}. Make one: bottega bootstrap --home {home}")
    from shared.accounts.sign_in import make_token
    from shared.config import get_settings

    return f"{get_settings().public_url.rstrip('/')}/sign-in?token={make_token(UUID(key.api_key_id))}"
