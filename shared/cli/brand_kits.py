"""``bottega brand-kits``: colours, fonts, logos, tone and words of brands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import output, print_json
from shared.cli.errors import BadOption
from shared.cli.exit_codes import ExitCode
from shared.cli.json_file import read_object

app = typer.Typer(help="Colours, fonts, logos, tone and words of brands, applied by name.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call the kit: small letters, digits, hyphens.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The kit as JSON; - reads stdin.")]


@app.command("list")
def list_kits(
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the workspace's brand kits."""
    with connect(url, key, home) as client:
        found = client.brand_kits.list()
    if as_json:
        print_json([kit.document for kit in found])
        return
    table = Table("Name", "Title", "Version", box=None, padding=(0, 2, 0, 0))
    for kit in found:
        table.add_row(kit.name, kit.title, str(kit.version))
    output().print(table if found else "There are no brand kits. Keep one: bottega brand-kits add NAME FILE")


@app.command()
def show(
    name: Name,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Print what is in a kit as JSON."""
    with connect(url, key, home) as client:
        print_json(dict(client.brand_kits.get(name).kit))


@app.command()
def add(
    name: Name,
    file: File,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of the one with this name.")] = False,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Keep a brand kit. A bad one is refused, each place with its reason.

    A logo's `upload` may be a picture beside FILE: it is sent first.
    """
    from shared.client.kit_files import with_logos

    kit = read_object("FILE", file)
    with connect(url, key, home) as client:
        try:
            kit = with_logos(kit, file.parent, client.uploads.add)
        except OSError as error:
            raise BadOption(f"FILE: its logo {error.filename} cannot be read: {error.strerror}.") from None
        keep = client.brand_kits.put if replace else client.brand_kits.add
        kept = keep(name, kit)
    if as_json:
        print_json(kept.document)
    else:
        output().print(f"{kept.name}  version {kept.version}")


@app.command()
def check(
    file: File,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say what is wrong with a kit, and keep nothing: no logo is sent. Exits 3 when something is wrong."""
    from shared.client.kit_files import without_sending

    kit, unread = without_sending(read_object("FILE", file), file.parent)
    with connect(url, key, home) as client:
        problems = [*client.brand_kits.check(kit), *unread]
    for problem in problems:
        output().print(f"{problem.path}: {problem.message}")
    if problems:
        raise typer.Exit(ExitCode.REFUSED)
    output().print("Nothing is wrong with it.")


@app.command()
def remove(
    name: Name,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Remove a brand kit. Campaigns keep what they were planned with."""
    with connect(url, key, home) as client:
        client.brand_kits.remove(name)
    output().print(f"Brand kit {name} is gone.")
