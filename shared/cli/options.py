"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.cli.reporting_group import JSON_WANTED

DEFAULT_HOME = Path(".bottega")


def _remember(context: typer.Context, wanted: bool) -> bool:
    context.meta[JSON_WANTED] = wanted or context.meta.get(JSON_WANTED, False)
    return bool(context.meta[JSON_WANTED])


Home = Annotated[
    Path, typer.Option("--home", envvar="BOTTEGA_HOME", metavar="DIR", help="The embedded stack's data folder.")
]
Url = Annotated[
    str | None,
    typer.Option("--url", envvar="BOTTEGA_URL", help="The server. Left out: the stack that runs in the home folder."),
]
Key = Annotated[
    str | None,
    typer.Option("--key", envvar="BOTTEGA_API_KEY", help="The API key. Left out: the one kept in the home folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.", callback=_remember)]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where to save results.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0, help="How long to wait at most. The job goes on.")
]
