"""``bottega uploads``: files that jobs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Column, Table

from shared.cli import exit_codes, options
from shared.cli.connection import connect
from shared.cli.console import age_text, diagnostics, output, print_json, size_text
from shared.cli.reporting_group import report
from shared.clock import utc_now

if TYPE_CHECKING:
    from shared.client import Client, RequestRefused, Upload

app = typer.Typer(help="Files that jobs read: pictures, sound, MIDI, video, text.", no_args_is_help=True)

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE...", exists=True, dir_okay=False, readable=True, help="What to send.")
]
UploadIds = Annotated[list[UUID], typer.Argument(metavar="ID...", help="The uploads' ids.")]


@app.command()
def add(
    files: Files,
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Send files, and print the id that stands for each in a job's input: {"upload": ID}.

    The same file again is the same upload. A file that is refused keeps the others from nothing.
    """
    with connect(url, key, home) as client:
        made, refused = _send(client, files, as_json)
    if as_json:
        print_json([upload.document for upload in made])
    if refused:
        raise typer.Exit(exit_codes.of_error(refused[-1].code))


@app.command("list")
def list_uploads(
    as_json: options.Json = False,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """List the uploads, newest first."""
    with connect(url, key, home) as client:
        found = list(client.uploads.list())
    if as_json:
        print_json([upload.document for upload in found])
        return
    ids = Column("ID", no_wrap=True, min_width=36)
    table = Table(ids, "Type", "Size", "What", "Expires in", "Name", box=None, padding=(0, 1, 0, 0))
    for upload in found:
        left = age_text((upload.expires_at - utc_now()).total_seconds())
        table.add_row(upload.id, _type(upload), size_text(upload.size), _what(upload), left, upload.file_name)
    output().print(table if found else "There are no uploads. Send one: bottega uploads add FILE")


@app.command()
def remove(
    upload_ids: UploadIds,
    url: options.Url = None,
    key: options.Key = None,
    home: options.Home = options.DEFAULT_HOME,
) -> None:
    """Remove uploads. A job that names one and has not begun fails for want of it."""
    with connect(url, key, home) as client:
        for upload_id in upload_ids:
            client.uploads.remove(str(upload_id))
            output().print(f"Upload {upload_id} is gone.")


def _send(client: Client, files: list[Path], as_json: bool) -> tuple[list[Upload], list[RequestRefused]]:
    """Send one file after another; what was stored, and what was refused."""
    from shared.client import RequestRefused

    made: list[Upload] = []
    refused: list[RequestRefused] = []
    for path in files:
        try:
            upload = client.upload(path)
        except RequestRefused as refusal:
            if not as_json:
                diagnostics().print(f"{path}:")
            report(refusal, as_json=as_json)
            refused.append(refusal)
            continue
        made.append(upload)
        if not as_json:
            described = "  ".join(filter(None, (upload.id, _type(upload), _what(upload), str(path))))
            output().print(described)
    return made, refused


def _type(upload: Upload) -> str:
    return upload.media_type.partition(";")[0]


def _what(upload: Upload) -> str:
    """``1024 × 768``, ``12.5 s``, ``2 tracks``, ``512 characters``."""
    facts = upload.facts
    if "width" in facts:
        return f"{facts['width']} × {facts['height']}"
    if "seconds" in facts:
        return f"{facts['seconds']:.1f} s"
    return ", ".join(f"{value} {name}" for name, value in facts.items())
