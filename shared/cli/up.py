"""``bottega up``: the whole platform on this machine."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from shared.cli import options
from shared.cli.console import output

if TYPE_CHECKING:
    from shared.cli.connection import Connection


def up(
    home: options.Home = options.DEFAULT_HOME,
    port: Annotated[int | None, typer.Option("--port", min=1024, max=65535, help="The web's port.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Start the whole platform and stay until Ctrl-C.

    Database, queue and object store are started, too, unless BOTTEGA_DATABASE_URL, BOTTEGA_REDIS_URL or
    BOTTEGA_S3_ENDPOINT_URL name your own. Everything is kept in the home folder.
    """
    from shared.cli.local_stack import LocalStack

    def welcome(connection: Connection) -> None:
        from shared.cli.sign_in import sign_in_link

        link = sign_in_link(home)
        _print_welcome(connection.url, link, home)
        if open_browser:
            typer.launch(link)

    LocalStack(home, on_ready=welcome, web_port=port, say=output().print).run_until_signal()


def command() -> str:
    """How this command is called from here: by its name where the shell finds it, else by its path."""
    if shutil.which("bottega"):
        return "bottega"
    path = Path(sys.executable).with_name("bottega")
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _print_welcome(url: str, link: str, home: Path) -> None:
    here = "" if home == options.DEFAULT_HOME else f" --home {home}"
    lines = (
        ("Open", url),
        ("Sign in", f"{link}  (for 15 minutes; another: {command()} sign-in{here})"),
        ("Try", f'{command()} submit starter/backdrops --prompt "a calm teal ocean at dawn"{here}'),
        ("Stop", f"Ctrl-C, or {command()} down{here}"),
    )
    console = output()
    console.print()
    for name, text in lines:
        console.print(f"  {name:<9} {text}")
    console.print()
