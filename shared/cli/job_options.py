"""The options of a submission beside its input."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from shared.jobs.states import DependencyFailure


class PriorityChoice(StrEnum):
    """The classes of urgency."""

    INTERACTIVE = "interactive"
    NORMAL = "normal"
    BULK = "bulk"


Priority = Annotated[PriorityChoice, typer.Option("--priority")]
Label = Annotated[
    list[str] | None, typer.Option("--label", "-l", metavar="NAME=VALUE", help="Your own words about the job.")
]
RunAfter = Annotated[
    str | None, typer.Option("--run-after", metavar="WHEN", help="Not before: 2026-12-24T18:00, or +90m.")
]
ExpiresAfter = Annotated[
    float | None, typer.Option("--expires-after", metavar="SECONDS", help="It fails unless it has begun by then.")
]
After = Annotated[list[UUID] | None, typer.Option("--after", metavar="ID", help="A job that must succeed first.")]
OnDependencyFailure = Annotated[
    DependencyFailure,
    typer.Option("--on-dependency-failure", help="When one of those does not succeed: fail, or be canceled (skip)."),
]
Reuse = Annotated[
    bool, typer.Option("--reuse/--no-reuse", help="Take the outputs of an equal job, where there is one.")
]
Webhook = Annotated[str | None, typer.Option("--webhook", metavar="URL", help="Who is told of the end.")]
