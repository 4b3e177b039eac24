"""What commands about batches and campaigns take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from shared.batches.states import BatchState, ReviewState

BatchId = Annotated[UUID, typer.Argument(metavar="ID", help="The batch's or campaign's id.")]
State = Annotated[BatchState | None, typer.Option("--state", help="Only those in this state.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")]
_TABLE = typer.Option(
    "--table", "-t", metavar="FILE", exists=True, dir_okay=False, readable=True, help="A CSV, XLSX or JSONL file."
)
TableFile = Annotated[Path | None, _TABLE]
RequiredTable = Annotated[Path, _TABLE]
OnlyApproved = Annotated[bool, typer.Option("--only-approved", help="Only what a reviewer has approved.")]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", min=0, help="How long to wait at most. It goes on.")
]
ItemIds = Annotated[list[UUID] | None, typer.Argument(metavar="[ITEM...]", help="Creatives, by their ids.")]
Template = Annotated[str | None, typer.Option("--template", help="Only those of this template.")]
Size = Annotated[str | None, typer.Option("--size", help="Only those of this size.")]
Locale = Annotated[str | None, typer.Option("--locale", help="Only those of this locale.")]
Review = Annotated[ReviewState | None, typer.Option("--review", help="Only those with this verdict.")]
Row = Annotated[int | None, typer.Option("--row", min=1, help="Only those of this row.")]
ItemState = Annotated[
    str | None,
    typer.Option("--state", metavar="STATE", help="waiting, queued, running, succeeded, failed or canceled."),
]
