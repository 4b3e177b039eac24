"""``bottega templates``: layouts of creatives, those that ship and one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from shared.cli import options
from shared.cli.connection import connect
from shared.cli.console import diagnostics, output, print_json
from shared.cli.exit_codes import ExitCode
from shared.cli.job_input import split_pair
from shared.cli.json_file import read_object
from shared.cli.saving import ending, slug

if TYPE_CHECKING:
    from shared.client import Client

app = typer.Typer(help="Layouts of creatives: those that ship, and your own.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as starter/hero, or what you call your own.")]
_PREVIEW_SECONDS = 60
_LONGEST_SECONDS = 600


@app.command("list")
def list_templates(
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the templates, with what each wants of a row."""
    with connect(url, key, home) as client:
        found = client.templates.list()
    if as_json:
        print_json([template.document for template in found])
        return
    table = Table("Name", "Title", "Fields", box=None, padding=(0, 2, 0, 0))
    for template in found:
        fields = ", ".join(str(field["name"]) for field in template.document.get("fields", ()))
        table.add_row(template.name, template.title, fields)
    output().print(table)


@app.command()
def show(
    name: Name,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Print a template's layout as JSON: a start for one of your own."""
    with connect(url, key, home) as client:
        print_json(dict(client.templates.get(name).layout))


@app.command()
def add(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The layout as JSON; - reads stdin.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of the one with this name.")] = False,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Keep a template of your own. A bad layout is refused, each place with its reason."""
    layout = read_object("FILE", file)
    with connect(url, key, home) as client:
        keep = client.templates.put if replace else client.templates.add
        template = keep(name, layout)
    if as_json:
        print_json(template.document)
    else:
        output().print(f"{template.name}  version {template.version}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The layout as JSON; - reads stdin.")],
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Say what is wrong with a layout, and keep nothing. Exits 3 when something is."""
    layout = read_object("FILE", file)
    with connect(url, key, home) as client:
        problems = client.templates.check(layout)
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
    """Remove a template of your own. Campaigns keep what they were planned with."""
    with connect(url, key, home) as client:
        client.templates.remove(name)
    output().print(f"Template {name} is gone.")


@app.command()
def preview(
    template: Annotated[str, typer.Argument(metavar="NAME|FILE.json", help="A template, or a layout in a file.")],
    sizes: Annotated[list[str] | None, typer.Option("--size", metavar="SIZE", help="1080x1080, story, ...")] = None,
    locales: Annotated[list[str] | None, typer.Option("--locale", metavar="LOCALE", help="en, ar, ja, ...")] = None,
    cells: Annotated[
        list[str] | None, typer.Option("--cell", "-c", metavar="COLUMN=TEXT", help="A cell of the sample row.")
    ] = None,
    kit: Annotated[str | None, typer.Option("--brand-kit", help="The brand kit to apply.")] = None,
    out: options.Out = Path(),
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Draw a template with a sample row, and save a picture for every size and locale. Exits 4 when one fails."""
    is_file = template.endswith(".json")
    request: dict[str, Any] = {
        **({"layout": read_object("NAME", Path(template))} if is_file else {"templates": [template]}),
        "sizes": sizes or ["1080x1080"],
        "locales": locales or ["en"],
    }
    if cells:
        request["rows"] = [dict(split_pair("--cell", text) for text in cells)]
    if kit is not None:
        request["brand_kit"] = kit
    with connect(url, key, home) as client:
        drawn = client.campaigns.preview(request, wait_seconds=_PREVIEW_SECONDS)
        _save(client, slug(Path(template).stem), drawn, out)


def _save(client: Client, stem: str, drawn: list[dict[str, Any]], folder: Path) -> None:
    """Save each picture. Raises ``typer.Exit`` when one could not be drawn."""
    failed = False
    for creative in drawn:
        what = f"{creative['size']} {creative['locale']}, row {creative['row']}"
        job = client.wait(creative["job"]["id"], _LONGEST_SECONDS)
        if not job.artifacts:
            why = job.error.message if job.error else f"it is {job.state.value}"
            diagnostics().print(f"{what}: {why}", style="red")
            failed = True
            continue
        name = f"{stem}_{slug(creative['size'])}_{creative['locale']}_{creative['row']}"
        path = folder / f"{name}{ending(job.artifacts[0].media_type)}"
        client.download(job.artifacts[0], path)
        output().print(f"{path}  {what}")
    if failed:
        raise typer.Exit(ExitCode.JOB_NOT_SUCCEEDED)
